import { isDecayFree } from '../../model/parameters';
import type { TrainRecipe } from '../../recipe/recipe';

/** Parameters that a step moves with the same settings. */
export interface ParameterGroup {
  /** Keys of the parameters, in the order in which the model has them. */
  readonly keys: readonly string[];
  /** Factor on the step's learning rate. */
  readonly learningRateFactor: number;
  /** Share of the learning rate by which a parameter shrinks in each step, before its gradient moves it; 0 for none. */
  readonly weightDecay: number;
}

/** Settings of a recipe that differ from group to group. */
export type GroupRecipe = Pick<TrainRecipe, 'weightDecay'>;

/** Groups the trained parameters by weight decay: those with it, and those without, biases and layer norms, as BERT was trained. */
export function groupParameters(
  keys: Iterable<string>,
  { weightDecay }: GroupRecipe,
): ParameterGroup[] {
  const [decaying, decayFree]: [string[], string[]] = [[], []];
  for (const key of keys) (isDecayFree(key) ? decayFree : decaying).push(key);
  return [
    { keys: decaying, learningRateFactor: 1, weightDecay },
    { keys: decayFree, learningRateFactor: 1, weightDecay: 0 },
  ];
}
