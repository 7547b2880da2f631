import type * as tf from '@tensorflow/tfjs-core';
import type { DropoutStep } from '../model/encoder';
import type { TokenClassifier } from '../model/token-classifier';
import { countRealPieces, padMicroBatch, type EffectiveBatch } from '../tokenizer/batches';
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

/** What a step has gathered of its micro-batches so far; empty between two steps. */
export interface Accumulation {
  /** Micro-batches whose gradients are in. */
  parts: number;
  /** Sum of their losses. */
  loss: number;
  gradients: Gradients;
}

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
  /** Where the step gathers, and goes on where it was interrupted; it is left empty. */
  accumulated: Accumulation;
}

export interface StepOutcome {
  loss: number;
  gradientNorm: number;
  /** Time at work here, pauses not counted. */
  elapsedMs: number;
  /** Trained in that time, padding left out. */
  pieces: number;
}

/**
 * One optimiser step: the micro-batches' gradients are summed, measured, clipped and applied. Between the parts the control lets
 * messages in and may take a checkpoint, of `task.accumulated` too.
 *
 * @returns undefined where it was stopped on the way: nothing was applied then.
 * @throws DivergenceError, nothing applied, where the loss or the gradient is no number.
 */
export async function takeStep(task: StepTask): Promise<StepOutcome | undefined> {
  const { classifier, split, batch, control, dropout, learningRate, accumulated } = task;
  const { gradients } = accumulated;
  const labelledWords = Math.max(1, countLabelledWords(split, batch));
  let elapsedMs = 0;
  let pieces = 0;
  try {
    for (const microBatch of batch.microBatches.slice(accumulated.parts)) {
      if (!(await control.mayGoOn())) return undefined;
      const startedAt = performance.now();
      const part = lossAndGradients(
        classifier,
        padMicroBatch(split, microBatch),
        labelPieces(split, task.wordTagIds, microBatch),
        labelledWords,
        dropout,
        task.optimizer.parameters,
      );
      addGradients(gradients, part.gradients);
      accumulated.loss += await readScalar(part.loss);
      accumulated.parts++;
      elapsedMs += performance.now() - startedAt;
      pieces += countRealPieces(split, microBatch);
    }
    if (!(await control.mayGoOn())) return undefined;
    const startedAt = performance.now();
    const { loss } = accumulated;
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
    return { loss, gradientNorm: norm, elapsedMs, pieces };
  } finally {
    disposeGradients(gradients);
    Object.assign(accumulated, { parts: 0, loss: 0 });
  }
}

/** Waits until the device has it; the scalar is spent. */
async function readScalar(scalar: tf.Scalar): Promise<number> {
  const [value] = await scalar.data<'float32'>();
  scalar.dispose();
  return value!;
}
