import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planWindows } from '../../src/infer/windows';

/** Plans a line of words with these pieces; `rank` of the cut before a word, else all cuts are equal. */
function plan(
  pieces: readonly number[],
  capacity: number,
  rank: (cut: number) => number = () => 0,
) {
  const offsets = Int32Array.from([0, ...pieces]);
  for (let i = 1; i < offsets.length; i++) offsets[i]! += offsets[i - 1]!;
  return planWindows({ start: 0, end: pieces.length }, offsets, capacity, rank);
}
const ones = (count: number) => new Array<number>(count).fill(1);
const windowOf = (start: number, end: number, decidedFrom: number, decidedTo: number) => ({
  ...{ start, end, decidedFrom, decidedTo },
});

describe('planWindows', () => {
  test('takes what fits as one window, and no window for no words', () => {
    expect(plan(ones(8), 8)).toEqual([windowOf(0, 8, 0, 8)]);
    expect(plan([], 8)).toEqual([]);
  });

  test('decides at most three quarters of a window, with context on both sides', () => {
    // Six of eight words are decided; at the ends of the line the room goes to the other side.
    expect(plan(ones(18), 8)).toEqual([
      windowOf(0, 8, 0, 6),
      windowOf(5, 13, 6, 12),
      windowOf(10, 18, 12, 18),
    ]);
  });

  test('cuts where it is best, no earlier than after half of what it may decide', () => {
    const best = [2, 4, 9];
    expect(
      plan(ones(14), 8, (cut) => (best.includes(cut) ? 0 : 1)).map(({ decidedTo }) => decidedTo),
    ).toEqual([4, 9, 14]);
  });

  test('gives a word as long as a window one of its own', () => {
    expect(plan([1, 1, 8, 1], 8)).toEqual([
      windowOf(0, 2, 0, 2),
      windowOf(2, 3, 2, 3),
      windowOf(3, 4, 3, 4),
    ]);
  });

  test('cuts the same behind an edit as before it, once it has met one of the cuts before', () => {
    const count = 4000;
    const rankOf = Float64Array.from({ length: count }, (_, word) => Math.sin(word * 12.9898) % 1);
    const before = plan(ones(count), 100, (cut) => rankOf[cut]!);
    for (const edit of [0, 777, 2000]) {
      // One word is put in at `edit`.
      const rankBefore = (cut: number) => (cut <= edit ? rankOf[cut]! : rankOf[cut - 1]!);
      const after = plan(ones(count + 1), 100, rankBefore);
      const cutsBefore = new Set(
        before.map(({ decidedTo }) => decidedTo + (decidedTo > edit ? 1 : 0)),
      );
      const others = after.filter(({ decidedTo }) => !cutsBefore.has(decidedTo));
      expect(others.length).toBeLessThanOrEqual(4);
    }
  });
});

test('any words are decided once and in order, within the capacity, by a window they are in', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(12), { maxLength: 60 }),
      fc.array(fc.nat(3), { minLength: 61, maxLength: 61 }),
      fc.integer({ min: 1, max: 14 }),
      (lengths, ranks, capacity) => {
        const words = lengths.map((length) => Math.min(length, capacity));
        const windows = plan(words, capacity, (cut) => ranks[cut]!);
        let decided = 0;
        for (const { start, end, decidedFrom, decidedTo } of windows) {
          expect(decidedFrom).toBe(decided);
          expect(decidedTo).toBeGreaterThan(decidedFrom);
          expect(start).toBeLessThanOrEqual(decidedFrom);
          expect(end).toBeGreaterThanOrEqual(decidedTo);
          const pieces = words.slice(start, end).reduce((sum, count) => sum + count, 0);
          expect(pieces).toBeLessThanOrEqual(capacity);
          decided = decidedTo;
        }
        expect(decided).toBe(words.length);
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
