import type { RecipeField, TrainRecipe } from './recipe';

export type FieldValue = number | string;

/** Reads a recipe's value of a field. @returns undefined where the recipe has none and its absence is no number. */
export function valueIn(recipe: TrainRecipe, field: RecipeField): FieldValue | undefined {
  const value = recipe[field.key];
  if (value !== undefined) return value;
  return typeof field.absent === 'number' ? field.absent : undefined;
}

/** Makes a recipe with another value of a field; undefined takes an optional field out. */
export function withValue(
  recipe: TrainRecipe,
  { key }: RecipeField,
  value: FieldValue | undefined,
): TrainRecipe {
  const changed = { ...recipe, [key]: value };
  if (value === undefined) delete (changed as Partial<TrainRecipe>)[key];
  return changed;
}

/**
 * Reads what a person wrote.
 *
 * @returns undefined where it is not what the field expects: see `expectationOf`.
 */
export function parseValue(field: RecipeField, text: string): FieldValue | undefined {
  if (field.kind === 'choice') return field.choices.find((choice) => choice === text);
  const value = Number(text);
  const { min, max = Infinity, below = Infinity, isWhole } = field;
  const fits = Number.isFinite(value) && value >= min && value <= max && value < below;
  return text.trim() !== '' && fits && (!isWhole || Number.isInteger(value)) ? value : undefined;
}

/** Says what a field expects: `a whole number from 1 up`, `a number from 0 to below 1`, `one of IOB1, IOB2, IOBES, IO`. */
export function expectationOf(field: RecipeField): string {
  if (field.kind === 'choice') return `one of ${field.choices.join(', ')}`;
  const { isWhole, min, max, below } = field;
  const end = max !== undefined ? `to ${max}` : below !== undefined ? `to below ${below}` : 'up';
  return `a ${isWhole ? 'whole ' : ''}number from ${min} ${end}`;
}
