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

/** Settings of a recipe that decide its schedule. */
export interface ScheduleRecipe {
  epochs: number;
  batchSize: number;
  /** Share of the steps that rise, 0–1. */
  warmupShare: number;
  schedule?: ScheduleName;
  cycle?: Cycle;
}

/** Makes a schedule of so many steps, of which a share rises. */
type MakeSchedule = (steps: number, warmupShare: number) => Schedule;

/** Every schedule, by its name in a recipe. */
const SCHEDULES = {
  linear: (steps, share) => linearSchedule(steps, Math.ceil(steps * share)),
  constant: (steps, share) => warmedUp(steps, Math.ceil(steps * share), () => 1),
  cosine: (steps, share) => warmedUp(steps, Math.ceil(steps * share), cosineFall),
  'slanted-triangular': slantedTriangular,
  'one-cycle': oneCycle,
  'bert-linear': (steps, share) => bertAdamSchedule(steps, share, (done) => 1 - done),
  'bert-cosine': (steps, share) => bertAdamSchedule(steps, share, cosineFall),
} satisfies Record<string, MakeSchedule>;

export type ScheduleName = keyof typeof SCHEDULES;
export const SCHEDULE_NAMES = Object.keys(SCHEDULES) as ScheduleName[];

/** Stretches that a schedule may run over once. */
export const CYCLES = ['run', 'epoch'] as const;
export type Cycle = (typeof CYCLES)[number];

/**
 * Plans a run's schedule. Every epoch has ⌈sentences / batchSize⌉ steps. The share that rises is of all steps, or of an epoch's where each
 * epoch is a cycle of its own.
 *
 *   planSchedule(100, { epochs: 2, batchSize: 10, warmupShare: 0.1 }).at(1)  →  { learningRateFactor: 0.5 }
 */
export function planSchedule(sentences: number, recipe: ScheduleRecipe): Schedule {
  const { epochs, batchSize, warmupShare, schedule = 'linear', cycle = 'run' } = recipe;
  const make: MakeSchedule = SCHEDULES[schedule];
  const ofEpoch = Math.ceil(sentences / batchSize);
  const steps = epochs * ofEpoch;
  if (cycle === 'run') return make(steps, warmupShare);
  const { at } = make(ofEpoch, warmupShare);
  return { steps, at: (done) => at(done < steps ? done % ofEpoch : ofEpoch) };
}

/**
 * Raises the learning rate in a line from 0 to its peak, then lowers it in a line to 0.
 *
 * Equal to transformers' `get_linear_schedule_with_warmup`; the first warm-up step therefore runs at rate 0.
 */
export function linearSchedule(steps: number, warmupSteps: number): Schedule {
  const rest = Math.max(1, steps - warmupSteps);
  // From the steps, not from their share: checkpoints of all builds go on with the same roundings.
  return warmedUp(steps, warmupSteps, (_, done) => Math.max(0, (steps - done) / rest));
}

/**
 * Raises the learning rate in a line from 0 to its peak, then lets it fall, as transformers' schedules with warm-up do.
 *
 * @param fall gives the factor by the share of the other steps that is done, 0–1, and by the steps that are done
 */
function warmedUp(
  steps: number,
  warmupSteps: number,
  fall: (share: number, done: number) => number,
): Schedule {
  const rest = Math.max(1, steps - warmupSteps);
  const factor = (done: number) =>
    done < warmupSteps
      ? done / Math.max(1, warmupSteps)
      : fall(Math.min(1, (done - warmupSteps) / rest), done);
  return { steps, at: (done) => ({ learningRateFactor: factor(done) }) };
}

/** Falls from 1 to 0 in half a cosine. */
function cosineFall(done: number): number {
  return (1 + Math.cos(Math.PI * done)) / 2;
}

/** Factor by which ULMFiT's lowest rate is below its highest. */
const SLANT_RATIO = 32;

/**
 * Gives ULMFiT's slanted triangular learning rates (Howard & Ruder 2018, equation 3): a short rise and a long fall in lines, from and to a
 * 32nd of the peak.
 */
function slantedTriangular(steps: number, share: number): Schedule {
  const cut = Math.floor(steps * share);
  const height = (done: number) =>
    done < cut ? done / cut : 1 - Math.min(1, (done - cut) / Math.max(1, steps - cut));
  return {
    steps,
    at: (done) => ({ learningRateFactor: (1 + height(done) * (SLANT_RATIO - 1)) / SLANT_RATIO }),
  };
}

/** Factors by which a cycle's first and last rates are below its peak, and β₁ at its ends and at its peak, as fastai 1 has them. */
const [FIRST_DIVISOR, LAST_DIVISOR] = [25, 25e4];
const [SLOW_BETA1, FAST_BETA1] = [0.8, 0.7];

/**
 * Runs one cycle (Smith 2018) as fastai 1's `fit_one_cycle` does: the rate rises in half a cosine and falls in another, and β₁ does the
 * opposite between 0.8 and 0.7.
 */
function oneCycle(steps: number, share: number): Schedule {
  const rise = Math.floor(steps * share);
  const between = (from: number, to: number, done: number) => to + (from - to) * cosineFall(done);
  return {
    steps,
    at(done) {
      if (done <= rise && rise > 0) {
        const part = done / rise;
        return {
          learningRateFactor: between(1 / FIRST_DIVISOR, 1, part),
          beta1: between(SLOW_BETA1, FAST_BETA1, part),
        };
      }
      const part = Math.min(1, (done - rise) / Math.max(1, steps - rise));
      return {
        learningRateFactor: between(1, 1 / LAST_DIVISOR, part),
        beta1: between(FAST_BETA1, SLOW_BETA1, part),
      };
    },
  };
}

/**
 * Makes a schedule of BertAdam's own (pytorch-pretrained-BERT 0.6): the fall is over all steps, not over those behind the warm-up, so the
 * rate jumps from its peak to what is left there.
 */
function bertAdamSchedule(steps: number, share: number, fall: (done: number) => number): Schedule {
  const factor = (done: number) => (done < share ? done / share : fall(Math.min(1, done)));
  return {
    steps,
    at: (done) => ({ learningRateFactor: factor(done / Math.max(1, steps)) }),
  };
}
