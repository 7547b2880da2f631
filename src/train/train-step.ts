import type * as tf from '@tensorflow/tfjs-core';
import type { DropoutStep } from '../model/encoder';
import type { TokenClassifier } from '../model/token-classifier';
import { padMicroBatch, type EffectiveBatch } from '../tokenizer/batches';
import type { PackedSplit } from '../tokenizer/packed-split';
import type { AdamW } from './adamw';
import { DivergenceError } from './divergence-error';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  measureGradients,
  type Gradients,
} from './gradients';
import { countLabelledWords, labelPieces } from './labels';
import type { RunControl } from './run-control';

export interface StepTask {
  classifier: TokenClassifier;
  optimizer: AdamW;
  split: PackedSplit;
  /** i32[words]: see `tagWords`. */
  wordTagIds: Int32Array;
  batch: EffectiveBatch;
  learningRate: number;
  clipNorm: number;
  dropout: DropoutStep;
  control: RunControl;
}

export interface StepOutcome {
  loss: number;
  gradientNorm: number;
  /** Time at work, pauses not counted. */
  elapsedMs: number;
}

/**
 * One optimiser step: the micro-batches' gradients are summed, measured, clipped and applied. Messages are let in between the parts.
 *
 * @returns undefined where it was stopped on the way: nothing was applied then.
 * @throws DivergenceError, nothing applied, where the loss or the gradient is no number.
 */
export async function takeStep(task: StepTask): Promise<StepOutcome | undefined> {
  const { classifier, split, batch, control, dropout, learningRate } = task;
  const labelledWords = Math.max(1, countLabelledWords(split, batch));
  const gradients: Gradients = new Map();
  let loss = 0;
  let elapsedMs = 0;
  try {
    for (const microBatch of batch.microBatches) {
      if (!(await control.mayGoOn())) return undefined;
      const startedAt = performance.now();
      const part = lossAndGradients(
        classifier,
        padMicroBatch(split, microBatch),
        labelPieces(split, task.wordTagIds, microBatch),
        labelledWords,
        dropout,
      );
      addGradients(gradients, part.gradients);
      loss += await readScalar(part.loss);
      elapsedMs += performance.now() - startedAt;
    }
    if (!(await control.mayGoOn())) return undefined;
    const startedAt = performance.now();
    const { norm, factor } = await measureGradients(gradients, task.clipNorm);
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      throw new DivergenceError({
        step: dropout.step + 1,
        loss,
        gradientNorm: norm,
        learningRate,
      });
    }
    task.optimizer.step(gradients, learningRate, factor);
    elapsedMs += performance.now() - startedAt;
    return { loss, gradientNorm: norm, elapsedMs };
  } finally {
    disposeGradients(gradients);
  }
}

/** Waits until the device has it; the scalar is spent. */
async function readScalar(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data<'float32'>();
  scalar.dispose();
  return value!;
}
