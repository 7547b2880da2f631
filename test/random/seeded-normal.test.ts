import { expect, test } from 'vitest';
import { seededNormal } from '../../src/random/seeded-normal';
import { splitMix } from '../../src/random/split-mix';

test('uniform numbers fill [0, 1) evenly, the same for the same seed', () => {
  const drawn = (seed: number) => Array.from({ length: 50_000 }, splitMix(seed));
  const counts = new Array<number>(10).fill(0);
  for (const value of drawn(7)) counts[Math.floor(10 * value)]!++;
  // χ² with 9 degrees of freedom stays under 27.9 with probability 0.999.
  const chiSquared = counts.reduce((sum, count) => sum + (count - 5000) ** 2 / 5000, 0);
  expect(chiSquared).toBeLessThan(27.9);
  expect(drawn(7)).toEqual(drawn(7));
  expect(drawn(7)[0]).not.toBe(drawn(8)[0]);
});

test('normal numbers have the mean 0 and the deviation that was asked for', () => {
  const size = 40_000;
  const values = seededNormal(size, 0.02, 3);
  const mean = values.reduce((sum, value) => sum + value, 0) / size;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / size;
  // Four standard errors: σ/√n for the mean, σ/√(2n) for the deviation.
  expect(Math.abs(mean)).toBeLessThan((4 * 0.02) / Math.sqrt(size));
  expect(Math.abs(Math.sqrt(variance) - 0.02)).toBeLessThan((4 * 0.02) / Math.sqrt(2 * size));
  expect(seededNormal(3, 0.02, 3)).toEqual(values.slice(0, 3));
});
