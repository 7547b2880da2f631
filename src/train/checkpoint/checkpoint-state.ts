import type { BertConfig } from '../../model/bert-config';
import type { Weights } from '../../model/weights';
import type { AdamwState } from '../optimizer/adamw';
import type { TrainRecipe } from '../../recipe/recipe';

/** Where a run stands between two steps; with the recipe and the data it decides every step to come. */
export interface RunPosition {
  /** Epochs trained and evaluated. */
  epochsDone: number;
  /** Effective batches taken of the epoch in hand. */
  cursor: number;
  /** Optimiser steps taken. */
  step: number;
  /** The best epoch on dev, from 1; -1 before the first evaluation. See `judgeEpoch`. */
  bestEpoch: number;
  /** 0–1, conlleval; -1 before the first evaluation. */
  bestEntityF1: number;
  /** The best epoch's mean cross-entropy on dev; absent before the first evaluation, and in checkpoints from before it was kept. */
  bestDevLoss?: number;
  /** Evaluations since the last gain: what patience counts. */
  epochsWithoutGain: number;
}

/** A step interrupted between its micro-batches. */
export interface AccumulatedState {
  /** Micro-batches whose gradients are in. */
  parts: number;
  /** How the step was cut: where one of these differs, the parts are others, and the step begins anew. */
  microBatchPieces: number;
  isPadded: boolean;
  loss: number;
  /** By parameter key, in the device's layout. */
  gradients: ReadonlyMap<string, Float32Array>;
}

/** Everything that training goes on from. Dropout and the order of the data are drawn from the recipe's seed and the position. */
export interface CheckpointState {
  weights: Weights;
  /** Absent from what is only shown and exported. */
  optimizer?: AdamwState;
  /** Present where a step was interrupted. */
  accumulated?: AccumulatedState;
  position: RunPosition;
  recipe: TrainRecipe;
  labels: readonly string[];
  /** With the run's dropout rates. */
  config: BertConfig;
  /** Of the corpus: `CorpusRecord.hash`. */
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
