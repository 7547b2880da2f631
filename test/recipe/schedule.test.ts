import { describe, expect, test } from 'vitest';
import {
  linearSchedule,
  planSchedule,
  SCHEDULE_NAMES,
  type ScheduleName,
  type ScheduleRecipe,
} from '../../src/recipe/schedule';
import golden from '../reference/golden/schedule.json';

describe('the schedule', () => {
  test.each(golden)(
    'equals transformers for $sentences sentences, $epochs epochs, a warm-up of $warmupShare and $schedule',
    (run) => {
      const schedule = planSchedule(run.sentences, run as ScheduleRecipe);
      expect(schedule.steps).toBe(run.steps);
      for (const [step, rate] of run.rates as [number, number][]) {
        // The same float64 formula: only the order of the last multiplication may differ.
        expect(schedule.at(step).learningRateFactor * run.learningRate).toBeCloseTo(rate, 15);
      }
    },
  );

  test('is 0 beyond the last step', () => {
    const schedule = linearSchedule(10, 2);
    for (const done of [10, 11]) expect(schedule.at(done)).toEqual({ learningRateFactor: 0 });
  });

  test('an empty split has no steps', () => {
    expect(planSchedule(0, { epochs: 3, batchSize: 16, warmupShare: 0.1 }).steps).toBe(0);
  });
});

/** The schedule of `steps` sentences, a step each. */
const plan = (schedule: ScheduleName, steps: number, warmupShare: number) =>
  planSchedule(steps, { epochs: 1, batchSize: 1, warmupShare, schedule });
const factors = (schedule: ScheduleName, steps: number, share: number, at: number[]) =>
  at.map((done) => plan(schedule, steps, share).at(done).learningRateFactor);

test('slanted triangular is that of the paper: a tenth up, nine tenths down, from and to a 32nd', () => {
  // Howard & Ruder 2018, equation 3, with T = 100, cut_frac = 0.1 and ratio = 32: p is 0, ½, 1, ½ and 0.
  const found = factors('slanted-triangular', 100, 0.1, [0, 5, 10, 55, 100]);
  for (const [i, p] of [0, 0.5, 1, 0.5, 0].entries()) {
    expect(found[i]).toBeCloseTo((1 + 31 * p) / 32, 14);
  }
});

test('one cycle is that of fastai 1: rates and β₁ in half cosines, the peak once', () => {
  // Ten steps, pct_start 0.3: three up from lr / 25, seven down to lr / 250,000; cos π/3 = ½, cos 2π/3 = −½.
  const { at } = plan('one-cycle', 10, 0.3);
  const [low, high, end] = [1 / 25, 1, 1 / 25e4];
  const expected: [done: number, rate: number, beta1: number][] = [
    [0, low, 0.8],
    [1, high - (high - low) * 0.75, 0.8 - 0.1 * 0.25],
    [2, high - (high - low) * 0.25, 0.8 - 0.1 * 0.75],
    [3, high, 0.7],
    [10, end, 0.8],
  ];
  for (const [done, rate, beta1] of expected) {
    expect(at(done).learningRateFactor).toBeCloseTo(rate, 14);
    expect(at(done).beta1).toBeCloseTo(beta1, 14);
  }
  const middle = at(6.5);
  expect(middle.learningRateFactor).toBeCloseTo((high + end) / 2, 14);
  expect(middle.beta1).toBeCloseTo(0.75, 14);
});

test('one cycle without a rise begins at its peak', () => {
  expect(plan('one-cycle', 10, 0).at(0)).toEqual({ learningRateFactor: 1, beta1: 0.7 });
});

test('BertAdam’s fall counts all steps, so that the rate jumps behind the warm-up', () => {
  expect(factors('bert-linear', 20, 0.25, [0, 1, 4, 5, 10, 19])).toEqual([
    ...[0, 0.05 / 0.25, 0.2 / 0.25, 0.75, 0.5],
    1 - 19 / 20,
  ]);
  const [half, threeQuarters] = factors('bert-cosine', 20, 0.25, [10, 15]);
  expect(half).toBeCloseTo(0.5, 14);
  expect(threeQuarters).toBeCloseTo((1 - Math.SQRT1_2) / 2, 14);
});

test.each(SCHEDULE_NAMES)('%s may run anew in each epoch', (schedule) => {
  const recipe = { batchSize: 4, warmupShare: 0.2, schedule };
  const whole = planSchedule(40, { ...recipe, epochs: 1 });
  const cycled = planSchedule(40, { ...recipe, epochs: 3, cycle: 'epoch' });
  expect(cycled.steps).toBe(30);
  for (const done of Array.from({ length: 30 }).keys()) {
    expect(cycled.at(done)).toEqual(whole.at(done % 10));
  }
  expect(cycled.at(30)).toEqual(whole.at(10));
});

test.each(SCHEDULE_NAMES)('%s stays within 0 and 1, whatever share rises', (schedule) => {
  for (const share of [0, 0.05, 0.3, 1]) {
    for (const steps of [0, 1, 2, 7, 50]) {
      const { at } = plan(schedule, steps, share);
      for (let done = 0; done <= steps + 1; done++) {
        const { learningRateFactor } = at(done);
        expect(learningRateFactor).toBeGreaterThanOrEqual(0);
        expect(learningRateFactor).toBeLessThanOrEqual(1);
      }
    }
  }
});
