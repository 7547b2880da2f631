/** The recipe a run starts from, for the page: studio takes no values from train itself. */
export { defaultRecipe } from '../train/recipe';
