import type * as tf from '@tensorflow/tfjs-core';
import { currentEngine } from '../../engine/engine';
import type { DropoutStep } from '../../model/encoder';
import type { ModelBatch } from '../../model/model-batch';
import type { TokenClassifier } from '../../model/token-classifier';
import type { AdamwState } from '../optimizer/adamw';
import { GpuTrainer, type GpuTrainerOptions } from './gpu-trainer';
import { TapeTrainer } from './tape-trainer';

/** A micro-batch, and what it is a part of. */
export interface TrainBatch {
  batch: ModelBatch;
  /** i32[batch · pieces], IGNORED_LABEL where a piece has none. */
  labelIds: Int32Array;
  /** Of the whole effective batch, so that the losses and gradients of its parts add up to its own. */
  labelledWords: number;
  /** Absent: nothing is dropped. */
  dropout?: DropoutStep;
}

/** The arithmetic of fine-tuning: gathers the gradients of micro-batches, then moves the parameters by AdamW. */
export interface Trainer {
  /** What it moves, by Hugging Face key. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /**
   * Adds a micro-batch's gradients to those gathered.
   *
   * @returns its loss
   * @throws where the batch does not fit the model
   */
  gather: (part: TrainBatch) => Promise<number>;
  /**
   * Clips the gathered gradients to a global norm (0 never clips), moves the parameters against them, and gathers anew. Nothing moves where
   * the norm is no finite number.
   *
   * @returns the norm before clipping; undefined where the step is to be gathered again: its gradients were too large for half precision, and
   * will be smaller
   */
  apply: (learningRate: number, clipNorm: number) => Promise<number | undefined>;
  /** `gather` and `apply` in one, for a step's last micro-batch. Nothing moves either where its loss is no finite number: the norm is NaN. */
  gatherAndApply: (
    part: TrainBatch,
    learningRate: number,
    clipNorm: number,
  ) => Promise<{ loss: number; norm: number | undefined }>;
  /** Forgets what was gathered. */
  discard: () => void;
  /** What was gathered, for a checkpoint; by parameter key, linear weights [in, out]. */
  readGradients: () => Promise<Map<string, Float32Array>>;
  /** @throws where a parameter's are missing or of another size. */
  restoreGradients: (numbers: ReadonlyMap<string, Float32Array>) => void;
  /** Reads the optimiser's state back for a checkpoint. */
  state: () => Promise<AdamwState>;
  /** @throws where a parameter's moments are missing or of another size. */
  restore: (state: AdamwState) => void;
  dispose: () => void;
}

/** The backend's own trainer. */
export function createTrainer(
  classifier: TokenClassifier,
  parameters: ReadonlyMap<string, tf.Variable>,
  options: GpuTrainerOptions = {},
): Trainer {
  return currentEngine().traits.replaysSteps
    ? new GpuTrainer(classifier, parameters, options)
    : new TapeTrainer(classifier, parameters, options);
}
