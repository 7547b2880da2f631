import type { DropoutStep } from '../model/dropout-sites';
import { DivergenceError } from './divergence-error';
import type { MicroBatch } from './micro-batches';
import type { StepSettings } from './optimizer/optimizer-rule';
import type { RunControl } from './run-control';
import type { TrainBatch } from './step/train-batch';
import type { Trainer } from './step/trainer';
import type { Task } from './task';

/** Progress of a step that has several micro-batches; the trainer holds their gradients. Both numbers are 0 between two steps. */
export interface Accumulation {
  /** Micro-batches whose gradients are in. */
  parts: number;
  /** Sum of their losses. */
  loss: number;
}

export interface StepInput {
  trainer: Trainer;
  task: Pick<Task, 'takeBatch' | 'countLabels'>;
  /** Parts of the effective batch. */
  microBatches: readonly MicroBatch[];
  settings: StepSettings;
  dropout: DropoutStep;
  control: RunControl;
  /** Progress that the step keeps here and resumes from; it is left empty. */
  accumulated: Accumulation;
}

export interface StepOutcome {
  loss: number;
  gradientNorm: number;
  /** Working time, pauses not counted. */
  elapsedMs: number;
  /** Word pieces trained in that time. */
  pieces: number;
}

/**
 * Takes one optimiser step: gathers the gradients of each micro-batch, clips them, updates the parameters, and notes what it saw. Before each
 * micro-batch the control lets messages in and may take a checkpoint, of `step.accumulated` too.
 *
 *   await takeStep(step)  →  { loss: 0.41, gradientNorm: 1.7, elapsedMs: 830, pieces: 402 }
 *
 * @returns undefined where it was stopped on the way: nothing was applied then.
 * @throws DivergenceError, nothing applied, where the loss or the gradient is no number.
 */
export async function takeStep(step: StepInput): Promise<StepOutcome | undefined> {
  const { trainer, task, microBatches, control, dropout, settings, accumulated } = step;
  const denominator = Math.max(1, task.countLabels(microBatches, dropout));
  const outcome: StepOutcome = { loss: 0, gradientNorm: NaN, elapsedMs: 0, pieces: 0 };
  const beginAnew = () => {
    trainer.discard();
    Object.assign(accumulated, { parts: 0, loss: 0 });
  };
  // An older checkpoint may have been taken between the last micro-batch and the update, which are one now.
  if (accumulated.parts >= microBatches.length) beginAnew();
  try {
    for (;;) {
      if (!(await control.waitToContinue())) return undefined;
      const startedAt = performance.now();
      const microBatch = microBatches[accumulated.parts]!;
      const part: TrainBatch = { ...task.takeBatch(microBatch, dropout), denominator, dropout };

      // Gather; after the last micro-batch clip and update, too: a GPU does all three in one submit.
      const isLast = accumulated.parts === microBatches.length - 1;
      const { loss, norm } = isLast
        ? await trainer.gatherAndApply(part, settings)
        : { loss: await trainer.gather(part), norm: NaN };

      // Note.
      accumulated.loss += loss;
      accumulated.parts++;
      outcome.elapsedMs += performance.now() - startedAt;
      outcome.pieces += microBatch.pieces;
      if (norm === undefined) {
        beginAnew(); // half precision overflowed: the same step, with smaller gradients
        continue;
      }
      Object.assign(outcome, { loss: accumulated.loss, gradientNorm: norm });
      if (!Number.isFinite(outcome.loss) || (isLast && !Number.isFinite(norm))) {
        const { loss, gradientNorm } = outcome;
        const { learningRate } = settings;
        throw new DivergenceError({ step: dropout.step + 1, loss, gradientNorm, learningRate });
      }
      if (isLast) return outcome;
    }
  } finally {
    beginAnew();
  }
}
