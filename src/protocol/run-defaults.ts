/** The recipes that a run starts from. The page takes them from here, as it imports no values from other rooms. */
export { DEFAULT_RECIPE, QUICK_RECIPE } from '../recipe/recipe';
