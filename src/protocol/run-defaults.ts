/** The recipes a run starts from, for the page: studio takes no values from train itself. */
export { defaultRecipe, quickRecipe } from '../recipe/recipe';
