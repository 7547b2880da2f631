import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chooseWindows, planWindows } from '../../src/infer/windows';

const ones = (count: number) => new Array<number>(count).fill(1);

describe('planWindows', () => {
  test('takes what fits as one window, and no window for no words', () => {
    expect(planWindows(ones(8), 8, 2)).toEqual([{ start: 0, end: 8 }]);
    expect(planWindows([], 8, 2)).toEqual([]);
  });

  test('overlaps by a quarter, and fills the last window from the left', () => {
    expect(planWindows(ones(15), 8, 2)).toEqual([
      { start: 0, end: 8 },
      { start: 6, end: 14 },
      { start: 7, end: 15 },
    ]);
  });

  test('keeps words whole: the overlap has the words that fit it', () => {
    // Pieces 3 3 3 3 3, eight a window, two shared: no word of three fits the overlap.
    expect(planWindows([3, 3, 3, 3, 3], 8, 2)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 4 },
      { start: 3, end: 5 },
    ]);
  });

  test('gives a word longer than a window one of its own', () => {
    expect(planWindows([1, 1, 20, 1], 8, 2)).toEqual([
      { start: 0, end: 2 },
      { start: 2, end: 3 },
      { start: 3, end: 4 },
    ]);
  });

  test('gives up overlap where the next word needs the room', () => {
    expect(planWindows([1, 1, 1, 1, 8, 1], 8, 2)).toEqual([
      { start: 0, end: 4 },
      { start: 4, end: 5 },
      { start: 5, end: 6 },
    ]);
  });
});

describe('chooseWindows', () => {
  test('takes each word where its nearer edge is farthest, the ends of the text being no edges', () => {
    const windows = [
      { start: 0, end: 8 },
      { start: 4, end: 12 },
    ];
    // Word 4 sees 3 to the right in the first window and 0 to the left in the second; word 5: 2 and 1; word 6: 1 and 2.
    expect(chooseWindows(windows, ones(12))).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
  });
});

test('any words are covered in order, within the capacity, each decided by a window it is in', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 });
  fc.assert(
    fc.property(
      counts,
      fc.integer({ min: 1, max: 10 }),
      fc.nat({ max: 9 }),
      (words, capacity, wish) => {
        const windows = planWindows(words, capacity, Math.min(wish, capacity - 1));
        const chosen = chooseWindows(windows, words);
        words.forEach((_, word) => {
          const { start, end } = windows[chosen[word]!]!;
          expect(start <= word && word < end).toBe(true);
        });
        windows.forEach(({ start, end }, i) => {
          const pieces = words.slice(start, end).reduce((sum, count) => sum + count, 0);
          expect(pieces <= capacity || end - start === 1).toBe(true);
          expect(end).toBeGreaterThan(windows[i - 1]?.end ?? 0);
        });
      },
    ),
    { seed: 7, numRuns: 1000 },
  );
});
