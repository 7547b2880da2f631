import type { Weights } from '../model/weights';
import type { AdamwState } from './adamw';
import type { TrainRecipe } from './recipe';

/** Where a run stands between two steps; with the recipe and the data it decides every step to come. */
export interface RunPosition {
  /** Epochs trained and evaluated. */
  epochsDone: number;
  /** Effective batches taken of the epoch in hand. */
  cursor: number;
  /** Optimiser steps taken. */
  step: number;
  /** The epoch with the best dev entity F1, from 1; -1 before the first evaluation. */
  bestEpoch: number;
  /** 0–1, conlleval; -1 before the first evaluation. */
  bestEntityF1: number;
  /** Evaluations since the best one: what patience counts. */
  epochsWithoutGain: number;
}

/** Everything that training goes on from. */
export interface CheckpointState {
  weights: Weights;
  /** Absent from what is only shown and exported. */
  optimizer?: AdamwState;
  position: RunPosition;
  recipe: TrainRecipe;
  labels: readonly string[];
}

export const startPosition: Readonly<RunPosition> = {
  epochsDone: 0,
  cursor: 0,
  step: 0,
  bestEpoch: -1,
  bestEntityF1: -1,
  epochsWithoutGain: 0,
};
