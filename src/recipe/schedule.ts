/** Settings of one optimiser step that change in the course of a run. */
export interface ScheduledStep {
  /** Factor on the recipe's learning rate, 0–1. */
  learningRateFactor: number;
  /** β₁ of the step; present only in a schedule that cycles it. The optimiser's own holds otherwise. */
  beta1?: number;
}

/** A run's schedule: a function from the steps that are taken to the settings of the next. */
export interface Schedule {
  /** Optimiser steps of the whole run. */
  readonly steps: number;
  /** Gives the settings of the step that follows `done` steps. */
  readonly at: (done: number) => ScheduledStep;
}

/**
 * Plans a run's schedule. Every epoch has ⌈sentences / batchSize⌉ steps, and ⌈steps · warmupShare⌉ of all warm up, as transformers' Trainer
 * counts.
 *
 *   planSchedule(100, { epochs: 2, batchSize: 10, warmupShare: 0.1 }).at(1)  →  { learningRateFactor: 0.5 }
 */
export function planSchedule(
  sentences: number,
  recipe: { epochs: number; batchSize: number; warmupShare: number },
): Schedule {
  const steps = recipe.epochs * Math.ceil(sentences / recipe.batchSize);
  return linearSchedule(steps, Math.ceil(steps * recipe.warmupShare));
}

/**
 * Raises the learning rate in a line from 0 to its peak, then lowers it in a line to 0.
 *
 * Equal to transformers' `get_linear_schedule_with_warmup`; the first warm-up step therefore runs at rate 0.
 */
export function linearSchedule(steps: number, warmupSteps: number): Schedule {
  const factor = (done: number) =>
    done < warmupSteps
      ? done / Math.max(1, warmupSteps)
      : Math.max(0, (steps - done) / Math.max(1, steps - warmupSteps));
  return { steps, at: (done) => ({ learningRateFactor: factor(done) }) };
}
