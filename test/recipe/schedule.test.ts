import { describe, expect, test } from 'vitest';
import { linearSchedule, planSchedule } from '../../src/recipe/schedule';
import golden from '../reference/golden/schedule.json';

describe('the schedule', () => {
  test.each(golden)(
    'equals transformers for $sentences sentences, $epochs epochs and a warm-up of $warmupShare',
    (run) => {
      const schedule = planSchedule(run.sentences, run);
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
