import type { BertConfig } from '../../model/bert-config';
import type { Weights } from '../../model/weights';
import type { LossScaleState } from '../optimizer/loss-scale';
import type { NumbersByKey, OptimizerState } from '../optimizer/optimizer-state';
import type { TrainRecipe } from '../../recipe/recipe';

/** Position of a run between two steps; with the recipe and the data it decides every step to come. */
export interface RunPosition {
  /** Epochs trained and evaluated. */
  epochsDone: number;
  /** Effective batches taken of the epoch in hand. */
  cursor: number;
  /** Optimiser steps taken. */
  step: number;
  /** The best epoch on dev, from 1; -1 before the first evaluation. See `judgeEpoch`. */
  bestEpoch: number;
  /** Entity F1 of that epoch, 0–1, conlleval; -1 before the first evaluation. */
  bestEntityF1: number;
  /** Mean cross-entropy of the best epoch on dev; absent before the first evaluation, and in checkpoints from before it was kept. */
  bestDevLoss?: number;
  /** Evaluations since the last gain: what patience counts. */
  epochsWithoutGain: number;
}

/** A step interrupted between its micro-batches. */
export interface AccumulatedState {
  /** Micro-batches whose gradients are in. */
  parts: number;
  /** Largest micro-batch that the step was cut into, in pieces; with another one the step begins anew. */
  microBatchPieces: number;
  /** Sum of the losses of these micro-batches. */
  loss: number;
  /** Gradients so far. */
  gradients: NumbersByKey;
}

/** Everything that training resumes from. Dropout and the order of the data are drawn from the recipe's seed and the position. */
export interface CheckpointState {
  /** Weights that training changed; all others, which its frozen layers have, are the encoder's. Checkpoints of earlier builds have all. */
  weights: Weights;
  /**
   * i32[rows]: pieces whose rows of the word-embedding table are in `weights`, and in the slots and gradients; the others are the encoder's.
   * Absent where the table is whole, or not in the weights.
   */
  wordIds?: Int32Array;
  /** State of the optimiser; absent from what is only shown and exported. */
  optimizer?: OptimizerState;
  /** Loss scale of a run in half precision. */
  lossScale?: LossScaleState;
  /** A step that was interrupted. */
  accumulated?: AccumulatedState;
  position: RunPosition;
  recipe: TrainRecipe;
  labels: readonly string[];
  /** Configuration of the encoder, with the run's dropout rates. */
  config: BertConfig;
  /** Hash of the corpus: `CorpusRecord.hash`. */
  dataHash: string;
}

export const START_POSITION: Readonly<RunPosition> = {
  epochsDone: 0,
  cursor: 0,
  step: 0,
  bestEpoch: -1,
  bestEntityF1: -1,
  epochsWithoutGain: 0,
};
