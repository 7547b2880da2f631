import { describe, expect, test } from 'vitest';
import { planSchedule, scheduleFactor } from '../../src/recipe/schedule';
import golden from '../reference/golden/schedule.json';

describe('the schedule', () => {
  test.each(golden)(
    'equals transformers for $sentences sentences, $epochs epochs and a warm-up of $warmupShare',
    (run) => {
      const schedule = planSchedule(run.sentences, run);
      expect(schedule).toEqual({ steps: run.steps, warmupSteps: run.warmupSteps });
      for (const [step, rate] of run.rates as [number, number][]) {
        // The same float64 formula: only the order of the last multiplication may differ.
        expect(scheduleFactor(schedule, step) * run.learningRate).toBeCloseTo(rate, 15);
      }
    },
  );

  test('is 0 beyond the last step', () => {
    expect(scheduleFactor({ steps: 10, warmupSteps: 2 }, 10)).toBe(0);
    expect(scheduleFactor({ steps: 10, warmupSteps: 2 }, 11)).toBe(0);
  });

  test('an empty split has no steps', () => {
    expect(planSchedule(0, { epochs: 3, batchSize: 16, warmupShare: 0.1 })).toEqual({
      steps: 0,
      warmupSteps: 0,
    });
  });
});
