/** When the learning rate peaks and when it reaches zero, in optimiser steps. */
export interface Schedule {
  steps: number;
  warmupSteps: number;
}

/** A run's schedule: every epoch has ⌈sentences / batchSize⌉ steps, and ⌈steps · warmupShare⌉ of all warm up, as transformers' Trainer counts. */
export function planSchedule(
  sentences: number,
  recipe: { epochs: number; batchSize: number; warmupShare: number },
): Schedule {
  const steps = recipe.epochs * Math.ceil(sentences / recipe.batchSize);
  return { steps, warmupSteps: Math.ceil(steps * recipe.warmupShare) };
}

/**
 * The factor on the peak rate for the step after `done` steps: up in a line from 0, then down in a line to 0.
 *
 * Equal to transformers' `get_linear_schedule_with_warmup`; the first warm-up step therefore runs at rate 0.
 */
export function scheduleFactor({ steps, warmupSteps }: Schedule, done: number): number {
  if (done < warmupSteps) return done / Math.max(1, warmupSteps);
  return Math.max(0, (steps - done) / Math.max(1, steps - warmupSteps));
}
