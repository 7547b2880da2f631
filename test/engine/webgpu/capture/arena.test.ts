import { expect, test } from 'vitest';
import { assignSlots, type Lifetime } from '../../../../src/engine/webgpu/capture/arena';
import { seededNumbers } from '../../../reference/seeded-numbers';

test('buffers that are not in use at once share a slot, the larger first', () => {
  const lifetimes = [
    { size: 100, first: 0, last: 1 },
    { size: 40, first: 1, last: 2 },
    { size: 80, first: 2, last: 3 },
  ];
  expect(assignSlots(lifetimes)).toEqual({ slots: [0, 1, 0], sizes: [100, 40] });
});

test('no two of a thousand made-up buffers are in one slot at the same time, and each fits', () => {
  const numbers = seededNumbers(3000, 5);
  const lifetimes: Lifetime[] = Array.from({ length: 1000 }, (_, i) => {
    const [a, b, c] = numbers.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    const first = Math.floor(100 * (a + 1));
    return { size: 1 + Math.floor(500 * (b + 1)), first, last: first + Math.floor(10 * (c + 1)) };
  });
  const { slots, sizes } = assignSlots(lifetimes);
  for (const [i, one] of lifetimes.entries()) {
    expect(sizes[slots[i]!]!).toBeGreaterThanOrEqual(one.size);
    for (let j = 0; j < i; j++) {
      const other = lifetimes[j]!;
      const overlap = one.first <= other.last && other.first <= one.last;
      if (overlap) expect(slots[j]).not.toBe(slots[i]);
    }
  }
  // As much as the fullest moment needs is the least there can be.
  const liveAt = (time: number) =>
    lifetimes.reduce(
      (sum, { size, first, last }) => sum + (first <= time && time <= last ? size : 0),
      0,
    );
  const least = Math.max(...Array.from({ length: 220 }, (_, time) => liveAt(time)));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  expect(all).toBeGreaterThanOrEqual(least);
  expect(all).toBeLessThan(1.25 * least);
});
