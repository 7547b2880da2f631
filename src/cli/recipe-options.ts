import { expectationOf, parseValue } from '../recipe/field-values';
import { RECIPE_FIELDS, type RecipeField, type TrainRecipe } from '../recipe/recipe';
import type { Given, OptionTable } from './option-table';
import { UsageError } from './usage-error';

/** An option for every field of a recipe. */
export const RECIPE_OPTIONS: OptionTable = Object.fromEntries(
  RECIPE_FIELDS.map((field) => {
    const value = field.kind === 'choice' ? field.choices.join('|') : field.placeholder;
    const text = `${field.label}. ${field.explanation}`;
    return [field.flag, { value, text, default: defaultOf(field) }];
  }),
);

function defaultOf(field: RecipeField): string {
  const value = field.default ?? field.absent ?? '';
  const isPower = field.kind === 'number' && field.notation === 'power';
  return isPower && typeof value === 'number' ? value.toExponential() : String(value);
}

/** Reads the fields of a recipe that were given. @throws UsageError naming the option, what was expected and what came. */
export function readRecipe(given: Given<string>): Partial<TrainRecipe> {
  const values = RECIPE_FIELDS.flatMap((field) => {
    const text = given.text(field.flag);
    return text === undefined ? [] : [[field.key, readField(field, text)] as const];
  });
  return Object.fromEntries(values);
}

function readField(field: RecipeField, text: string): number | string {
  const value = parseValue(field, text);
  if (value === undefined) {
    throw new UsageError(`--${field.flag} expects ${expectationOf(field)}, got "${text}"`);
  }
  return value;
}

/** Picks the fields of a recipe out of a command. */
export function recipeOf(command: Partial<TrainRecipe>): Partial<TrainRecipe> {
  const given = RECIPE_FIELDS.filter(({ key }) => command[key] !== undefined);
  return Object.fromEntries(given.map(({ key }) => [key, command[key]]));
}
