import type { DropoutStep } from '../model/encoder';
import { countRealPieces, padMicroBatch, type EffectiveBatch } from '../tokenizer/batches';
import type { PackedSplit } from '../tokenizer/packed-split';
import { DivergenceError } from './divergence-error';
import { countLabelledWords, labelPieces } from './labels';
import type { RunControl } from './run-control';
import type { Trainer } from './trainer';

/** How far a step is that has several micro-batches; the trainer holds their gradients. Both numbers are 0 between two steps. */
export interface Accumulation {
  /** Micro-batches whose gradients are in. */
  parts: number;
  /** Sum of their losses. */
  loss: number;
}

export interface StepTask {
  trainer: Trainer;
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
  const { trainer, split, batch, control, dropout, learningRate, accumulated } = task;
  const labelledWords = Math.max(1, countLabelledWords(split, batch));
  let elapsedMs = 0;
  let pieces = 0;
  const gatherAll = async (): Promise<boolean> => {
    for (const microBatch of batch.microBatches.slice(accumulated.parts)) {
      if (!(await control.mayGoOn())) return false;
      const startedAt = performance.now();
      accumulated.loss += await trainer.gather({
        batch: padMicroBatch(split, microBatch),
        labelIds: labelPieces(split, task.wordTagIds, microBatch),
        labelledWords,
        dropout,
      });
      accumulated.parts++;
      elapsedMs += performance.now() - startedAt;
      pieces += countRealPieces(split, microBatch);
    }
    return control.mayGoOn();
  };
  // A loss that is no number would move the weights by gradients that may be.
  const apply = async () =>
    Number.isFinite(accumulated.loss) ? trainer.apply(learningRate, task.clipNorm) : NaN;
  try {
    let norm: number | undefined;
    while (norm === undefined) {
      if (!(await gatherAll())) return undefined;
      const startedAt = performance.now();
      norm = await apply();
      elapsedMs += performance.now() - startedAt;
      if (norm === undefined) Object.assign(accumulated, { parts: 0, loss: 0 });
    }
    const { loss } = accumulated;
    if (!Number.isFinite(norm)) {
      throw new DivergenceError({
        step: dropout.step + 1,
        loss,
        gradientNorm: norm,
        learningRate,
      });
    }
    return { loss, gradientNorm: norm, elapsedMs, pieces };
  } finally {
    trainer.discard();
    Object.assign(accumulated, { parts: 0, loss: 0 });
  }
}
