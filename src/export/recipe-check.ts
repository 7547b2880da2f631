import { RECIPE_FIELDS, type RecipeField, type TrainRecipe } from '../recipe/recipe';
import { integer, number, object, oneOf, type Check } from './checked-json';

/**
 * Checks the recipe of a card, by the table of fields. The card tells of a run that was, so types are checked and bounds are not: bounds are
 * for whoever asks for a run, and may have been others when the file was made.
 *
 * @throws an Error that names the field, what was expected and what came.
 */
export const checkRecipe: Check<TrainRecipe> = object<TrainRecipe>(
  checksOf(({ absent }) => absent === undefined) as never, // the table has a row for every field of the type
  checksOf(({ absent }) => absent !== undefined) as never,
  'dropped', // a newer Tagwerk may have written more fields
);

function checksOf(applies: (field: RecipeField) => boolean): Record<string, Check<unknown>> {
  return Object.fromEntries(
    RECIPE_FIELDS.filter(applies).map((field) => [field.key, checkOf(field)]),
  );
}

function checkOf(field: RecipeField): Check<unknown> {
  if (field.kind === 'choice') return oneOf(field.choices);
  return field.isWhole
    ? integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)
    : number(-Number.MAX_VALUE, Number.MAX_VALUE);
}
