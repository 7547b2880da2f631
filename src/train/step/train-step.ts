import type { DropoutStep } from '../../model/encoder';
import { countRealPieces, padMicroBatch, type EffectiveBatch } from '../../tokenizer/pack/batches';
import type { PackedSplit } from '../../tokenizer/pack/packed-split';
import { DivergenceError } from '../divergence-error';
import { countLabelledWords, labelPieces } from '../labels';
import type { RunControl } from '../run-control';
import type { TrainBatch, Trainer } from './trainer';

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
 * One optimiser step: the micro-batches' gradients are summed, measured, clipped and applied. Before each part the control lets messages in
 * and may take a checkpoint, of `task.accumulated` too.
 *
 * @returns undefined where it was stopped on the way: nothing was applied then.
 * @throws DivergenceError, nothing applied, where the loss or the gradient is no number.
 */
export async function takeStep(task: StepTask): Promise<StepOutcome | undefined> {
  const { trainer, split, control, dropout, learningRate, clipNorm, accumulated } = task;
  const { microBatches } = task.batch;
  const labelledWords = Math.max(1, countLabelledWords(split, task.batch));
  const forget = () => {
    trainer.discard();
    Object.assign(accumulated, { parts: 0, loss: 0 });
  };
  // As an older checkpoint may have it: taken between the last part and the update, which are one now.
  if (accumulated.parts >= microBatches.length) forget();
  let elapsedMs = 0;
  let pieces = 0;
  try {
    for (;;) {
      if (!(await control.waitToContinue())) return undefined;
      const startedAt = performance.now();
      const microBatch = microBatches[accumulated.parts]!;
      const part: TrainBatch = {
        batch: padMicroBatch(split, microBatch),
        labelIds: labelPieces(split, task.wordTagIds, microBatch),
        labelledWords,
        dropout,
      };
      const isLast = accumulated.parts === microBatches.length - 1;
      const { loss, norm } = isLast
        ? await trainer.gatherAndApply(part, learningRate, clipNorm)
        : { loss: await trainer.gather(part), norm: 0 };
      accumulated.loss += loss;
      accumulated.parts++;
      elapsedMs += performance.now() - startedAt;
      pieces += countRealPieces(split, microBatch);
      if (norm === undefined) {
        forget();
      } else if (!Number.isFinite(accumulated.loss) || !Number.isFinite(norm)) {
        throw new DivergenceError({
          step: dropout.step + 1,
          loss: accumulated.loss,
          gradientNorm: isLast ? norm : NaN,
          learningRate,
        });
      } else if (isLast) {
        return { loss: accumulated.loss, gradientNorm: norm, elapsedMs, pieces };
      }
    }
  } finally {
    forget();
  }
}
