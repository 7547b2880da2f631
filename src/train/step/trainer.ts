import type { TrainRecipe } from '../../recipe/recipe';
import type { LossScaleState } from '../optimizer/loss-scale';
import type { StepSettings } from '../optimizer/optimizer-rule';
import type { NumbersByKey, OptimizerState } from '../optimizer/optimizer-state';
import type { OptimizerRecipe } from '../optimizer/optimizers';
import type { Loss } from '../task';
import type { TrainBatch } from './train-batch';

export interface TrainerOptions {
  /** Loss of the task; masked cross-entropy by default. */
  loss?: Loss;
}

/** Everything that a trainer remembers between two micro-batches. */
export interface TrainerState {
  optimizer: OptimizerState;
  /** Loss scale of half precision. */
  lossScale?: LossScaleState;
  /** Gradients of an unfinished step; absent where none are gathered. */
  gradients?: NumbersByKey;
}

/**
 * The arithmetic of fine-tuning, on one backend: gathers the gradients of micro-batches, then moves the parameters by the optimiser's rule.
 *
 *   await trainer.gather(first);  const { loss, norm } = await trainer.gatherAndApply(last, { learningRate: 5e-5, clipNorm: 1 });
 */
export interface Trainer {
  /**
   * Adds a micro-batch's gradients to those gathered.
   *
   * @returns its loss
   * @throws where the batch does not fit the model
   */
  gather: (part: TrainBatch) => Promise<number>;
  /**
   * Clips the gathered gradients to a global norm, moves the parameters against them, and gathers anew. Nothing moves where the norm is no
   * finite number.
   *
   * @returns the norm before clipping; undefined where the step is to be gathered again: its gradients were too large for half precision, and
   * will be smaller
   */
  apply: (settings: StepSettings) => Promise<number | undefined>;
  /**
   * Does `gather` and `apply` in one, for a step's last micro-batch: a GPU is given both in one submit, and read once. Nothing moves either
   * where its loss is no finite number: the norm is NaN.
   */
  gatherAndApply: (
    part: TrainBatch,
    settings: StepSettings,
  ) => Promise<{ loss: number; norm: number | undefined }>;
  /** Forgets what was gathered. */
  discard: () => void;
  /** Reads the state back for a checkpoint. */
  state: () => Promise<TrainerState>;
  /** Takes a state over. @throws where it is of another optimiser, or does not fit the parameters */
  restore: (state: TrainerState) => void;
  dispose: () => void;
}

/** Settings of a recipe that a trainer needs. */
export type TrainerRecipe = OptimizerRecipe & Pick<TrainRecipe, 'frozenLayers'>;
