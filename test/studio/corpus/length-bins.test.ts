import { describe, expect, test } from 'vitest';
import type { LengthCounts } from '../../../src/data/statistics/length-counts';
import {
  binLengths,
  describeLengths,
  lengthAtShare,
  mergeLengths,
} from '../../../src/studio/corpus/length-bins';
import { sentenceOfMatch } from '../../../src/studio/corpus/match-list';

function lengthsOf(lengths: readonly number[]): LengthCounts {
  const counts = new Array<number>(Math.max(0, ...lengths) + 1).fill(0);
  for (const length of lengths) counts[length]!++;
  return { sentences: lengths.length, longest: Math.max(0, ...lengths), counts };
}

test('quantiles are lengths that the share of sentences does not exceed', () => {
  const lengths = lengthsOf([1, 2, 3, 4, 5, 6, 7, 8, 9, 100]);
  expect([0.1, 0.5, 0.9, 0.91].map((share) => lengthAtShare(lengths, share))).toEqual([
    1, 5, 9, 100,
  ]);
  expect(describeLengths(lengths, 'word')).toBe(
    'Half of the sentences have at most 5 words, 95 % at most 100; the longest has 100.',
  );
});

test('splits are merged length by length', () => {
  expect(mergeLengths([lengthsOf([1, 3]), lengthsOf([3, 4])])).toEqual(lengthsOf([1, 3, 3, 4]));
});

describe('bins', () => {
  test('are one length wide where lengths are few', () => {
    expect(binLengths(lengthsOf([1, 1, 3]), 24)).toEqual([
      { from: 1, to: 1, count: 2 },
      { from: 2, to: 2, count: 0 },
      { from: 3, to: 3, count: 1 },
    ]);
  });

  test('are a round width, hold every sentence once, and the last takes the endless ones', () => {
    const lengths = [...Array.from({ length: 999 }, (_, i) => 1 + (i % 60)), 900];
    const bins = binLengths(lengthsOf(lengths), 24);
    expect(bins).toHaveLength(15); // 60 lengths, 4 in each
    expect(bins[0]).toEqual({ from: 1, to: 4, count: 68 }); // 999 = 16 · 60 + 39: 17 of each of 1 to 39
    expect(bins.at(-1)).toEqual({ from: 57, to: 900, count: 4 * 16 + 1 });
    expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(1000);
  });

  test('of no sentences are none', () => {
    expect(binLengths(lengthsOf([]), 24)).toEqual([]);
  });
});

test('matches are counted through train, dev and test', () => {
  const matches = { count: 3, bySplit: { train: Int32Array.of(4, 7), test: Int32Array.of(2) } };
  expect([0, 1, 2, 3].map((match) => sentenceOfMatch(matches, match))).toEqual([
    { split: 'train', index: 4 },
    { split: 'train', index: 7 },
    { split: 'test', index: 2 },
    undefined,
  ]);
});
