import { ADAMW } from './adamw';
import type { Optimizer, OptimizerRule } from './optimizer-rule';
import { groupParameters, type GroupRecipe } from './parameter-groups';

/** Every optimiser, by its kind. Another one is a file beside adamw.ts and a row here. */
export const OPTIMIZERS = { adamw: ADAMW } satisfies Record<string, OptimizerRule>;

/** Settings of a recipe that decide how parameters are moved. */
export type OptimizerRecipe = GroupRecipe;

/** Chooses a recipe's optimiser, and groups the parameters that it moves. */
export function chooseOptimizer(keys: Iterable<string>, recipe: OptimizerRecipe): Optimizer {
  return { rule: OPTIMIZERS.adamw, groups: groupParameters(keys, recipe) };
}

/** Tensors that an optimiser keeps for each parameter, at most: what memory and disk are estimated with. */
export const MOST_SLOTS = Math.max(...Object.values(OPTIMIZERS).map(({ slots }) => slots.length));
