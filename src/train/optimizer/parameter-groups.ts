import { isDecayFree, isOfEncoder } from '../../model/parameters';
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
export type GroupRecipe = Pick<TrainRecipe, 'weightDecay' | 'headRate'>;

/**
 * Groups the trained parameters by weight decay: those with it, and those without, biases and layer norms, as BERT was trained. Where the
 * head has a rate of its own, its parameters are two more such groups.
 */
export function groupParameters(
  keys: Iterable<string>,
  { weightDecay, headRate = 1 }: GroupRecipe,
): ParameterGroup[] {
  const all = [...keys];
  const isApart = (key: string) => headRate !== 1 && !isOfEncoder(key);
  const groups = [false, true].flatMap((ofHead) => {
    const own = all.filter((key) => isApart(key) === ofHead);
    const learningRateFactor = ofHead ? headRate : 1;
    return [
      { keys: own.filter((key) => !isDecayFree(key)), learningRateFactor, weightDecay },
      { keys: own.filter(isDecayFree), learningRateFactor, weightDecay: 0 },
    ];
  });
  return groups.filter((group) => group.keys.length > 0);
}
