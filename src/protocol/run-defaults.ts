/** The recipes a run starts from, for the page: studio takes no values from train itself. */
export { DEFAULT_RECIPE, QUICK_RECIPE } from '../recipe/recipe';
