import type * as tf from '@tensorflow/tfjs-core';
import type { DropoutStep } from '../model/dropout-sites';
import type { Head } from '../model/heads/head';
import type { Model } from '../model/model';
import type { ScoreReport } from '../ner/scores';
import type { MicroBatch } from './micro-batches';
import type { RunControl } from './run-control';
import type { TrainBatch } from './step/train-batch';

/**
 * Computes the loss of a micro-batch from logits f32[rows, outputs] and labels i32[rows], as its share in the effective batch's: the losses
 * of all parts add up.
 */
export type Loss = (logits: tf.Tensor2D, labelIds: tf.Tensor1D, denominator: number) => tf.Scalar;

/** Scores of the model at the end of an epoch. */
export interface Evaluation<Report = ScoreReport> {
  /** Mean loss over dev's labels; it decides among epochs of equal score. */
  loss: number;
  /** Score that decides which epoch is best, the higher the better: entity F1, 0–1, for token classification. */
  score: number;
  report: Report;
  /** i32[words], word by word through dev: ids of the predicted tags, -1 for a word without a piece. */
  predictedTagIds: Int32Array;
}

/** How far an evaluation is, in sentences. */
export interface EvaluationProgress {
  done: number;
  sentences: number;
}

/**
 * The purpose of a training: the head, the labels of its batches, its loss, and how its epochs are judged. The training loop, the step and
 * the optimiser know nothing else of it.
 *
 * A task holds its own data; `TrainingRun` plans its batches over the same training split.
 */
export interface Task<Report = ScoreReport> {
  readonly head: Head;
  readonly loss: Loss;
  /**
   * Takes a micro-batch out of the training split: its pieces, and a label a piece, IGNORED_LABEL where it has none.
   *
   * @param step decides what a task draws at random, as masked language modelling its masks
   */
  takeBatch(microBatch: MicroBatch, step: DropoutStep): Pick<TrainBatch, 'batch' | 'labelIds'>;
  /** Counts the labels of an effective batch, by which its loss is divided. */
  countLabels(microBatches: readonly MicroBatch[], step: DropoutStep): number;
  /**
   * Evaluates the model on dev, and tells how far it is after each batch.
   *
   * @returns undefined once it was stopped
   */
  evaluate(
    model: Model,
    options: { microBatchPieces: number; control: RunControl },
  ): AsyncGenerator<EvaluationProgress, Evaluation<Report> | undefined>;
}
