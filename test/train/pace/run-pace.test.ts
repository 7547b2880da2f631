import { expect, test } from 'vitest';
import { RunPace } from '../../../src/train/pace/run-pace';

test('nothing is known before the first step', () => {
  const pace = new RunPace();
  expect(pace.piecesPerSecond).toBe(0);
  expect(pace.secondsLeft(1000, 3)).toBe(0);
});

test('the rate is pieces over time, not a mean of rates: short batches do not count double', () => {
  const pace = new RunPace();
  for (let i = 0; i < 400; i++) pace.countStep(i % 2 ? 100 : 900, i % 2 ? 500 : 1500);
  // 1,000 pieces in 2 s; the exponential mean leans a little to the last one.
  expect(pace.piecesPerSecond).toBeGreaterThan(480);
  expect(pace.piecesPerSecond).toBeLessThan(520);
});

test('what is left is pieces at the rate, and the evaluations to come', () => {
  const pace = new RunPace();
  pace.countStep(200, 1000);
  pace.countEvaluation(3000);
  expect(pace.secondsLeft(1000, 2)).toBeCloseTo(5 + 6, 9);
});
