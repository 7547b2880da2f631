import { describe, expect, test } from 'vitest';
import {
  planByLength,
  planEpoch,
  takePieces,
  type BatchLimits,
  type MicroBatch,
} from '../../src/train/micro-batches';
import type { PackedSplit } from '../../src/tokenizer/pack/packed-split';

/** Sentences of the given lengths in pieces; piece ids count up through the split from 100. */
function splitOfLengths(lengths: number[]): PackedSplit {
  const pieceOffsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => (pieceOffsets[i + 1] = pieceOffsets[i]! + length));
  const none = new Int32Array(0);
  const noOffsets = new Int32Array(lengths.length + 1);
  return {
    sentences: lengths.length,
    pieceIds: Int32Array.from({ length: pieceOffsets[lengths.length]! }, (_, i) => 100 + i),
    pieceOffsets,
    firstPieces: none,
    wordOffsets: noOffsets,
    spanStarts: none,
    spanEnds: none,
    spanLabels: none,
    spanOffsets: noOffsets,
  };
}

/** 1,003 lengths from 3 to 128 with a long tail, from a formula. */
const manyLengths = Array.from(
  { length: 1003 },
  (_, i) => 3 + Math.floor(125 * ((i * 0.61803) % 1) ** 3),
);
const many = splitOfLengths(manyLengths);
const limits: BatchLimits = { batchSize: 16, pieceBudget: 512 };
const sentencesOf = (microBatches: MicroBatch[]) =>
  microBatches.flatMap((part) => [...part.sentences]);
/** Pieces of each batch's longest sentence. */
const longestOf = (seed: number, epoch: number) =>
  planEpoch(many, limits, seed, epoch).map(([first]) => manyLengths[first!.sentences[0]!]!);

describe('planEpoch', () => {
  const epoch = planEpoch(many, limits, 1, 0);

  test('has each sentence once, in ⌈sentences / batchSize⌉ batches of which one is short', () => {
    expect(epoch.flatMap((batch) => sentencesOf(batch)).sort((a, b) => a - b)).toEqual(
      manyLengths.map((_, sentence) => sentence),
    );
    expect(epoch).toHaveLength(63);
    const sizes = epoch.map((batch) => sentencesOf(batch).length).sort((a, b) => a - b);
    expect(sizes).toEqual([1003 - 62 * 16, ...new Array<number>(62).fill(16)]);
  });

  test('keeps every micro-batch within the budget, in as few parts as that allows', () => {
    const real = ({ sentences }: MicroBatch) =>
      sentences.reduce((sum, sentence) => sum + manyLengths[sentence]!, 0);
    for (const batch of epoch) {
      for (const part of batch) {
        expect(part.pieces).toBe(real(part));
        expect(part.pieces <= 512 || part.sentences.length === 1).toBe(true);
      }
      if (batch.reduce((sum, part) => sum + real(part), 0) <= 512) expect(batch).toHaveLength(1);
    }
  });

  test('numbers the sentences of an effective batch once, across its micro-batches', () => {
    for (const batch of epoch) {
      const indices = batch.flatMap((part) => [...part.sentenceIndices]);
      expect(indices).toEqual(sentencesOf(batch).map((_, index) => index));
    }
  });

  test('cuts each batch as cheaply as any cut can: its pieces, and 64 for each part', () => {
    const tight = { ...limits, pieceBudget: 200 };
    const costOf = (lengths: number[], ends: number[]) =>
      ends.reduce((sum, end, i) => {
        const part = lengths.slice(ends[i - 1] ?? 0, end);
        const pieces = part.reduce((total, length) => total + length, 0);
        return sum + 64 + (pieces > 200 && part.length > 1 ? Infinity : pieces);
      }, 0);
    for (const batch of planEpoch(many, tight, 1, 0).slice(0, 4)) {
      const lengths = sentencesOf(batch).map((sentence) => manyLengths[sentence]!);
      let cheapest = Infinity;
      for (let cut = 0; cut < 2 ** (lengths.length - 1); cut++) {
        const ends = lengths.map((_, i) => i + 1).filter((end) => (cut >> (end - 1)) & 1);
        cheapest = Math.min(cheapest, costOf(lengths, [...ends, lengths.length]));
      }
      expect(batch.reduce((sum, { pieces }) => sum + 64 + pieces, 0)).toBe(cheapest);
    }
  });

  test('draws batches without regard to length: their mean lengths scatter as drawn ones do', () => {
    const mean = manyLengths.reduce((a, b) => a + b) / manyLengths.length;
    const variance = manyLengths.reduce((sum, n) => sum + (n - mean) ** 2, 0) / manyLengths.length;
    const full = Array.from({ length: 20 }, (_, seed) => planEpoch(many, limits, seed, 0))
      .flat()
      .filter((batch) => sentencesOf(batch).length === 16);
    const scatter = full.reduce((sum, batch) => {
      const pieces = batch.reduce((all, part) => all + part.pieces, 0);
      return sum + (pieces / 16 - mean) ** 2;
    }, 0);
    // Var(mean of 16) = variance / 16, were it estimated from 1,240 batches; sorted ones would scatter 16 times as much.
    expect((16 * scatter) / full.length / variance).toBeGreaterThan(0.8);
    expect((16 * scatter) / full.length / variance).toBeLessThan(1.2);
  });

  test('is the same for the same seed and epoch, and another for another seed or epoch', () => {
    expect(planEpoch(many, limits, 1, 0)).toEqual(epoch);
    expect(planEpoch(many, limits, 2, 0)).not.toEqual(epoch);
    expect(planEpoch(many, limits, 1, 1)).not.toEqual(epoch);
  });

  test('does not give the order of lengths away: widths of neighbouring batches do not correlate', () => {
    const correlations = Array.from({ length: 40 }, (_, seed) => {
      const widths = longestOf(seed, 0);
      const mean = widths.reduce((a, b) => a + b) / widths.length;
      const products = widths.slice(1).map((width, i) => (width - mean) * (widths[i]! - mean));
      const variance = widths.reduce((sum, width) => sum + (width - mean) ** 2, 0);
      return products.reduce((a, b) => a + b) / variance;
    });
    // One order of 63 batches scatters by about 1/√63 = 0.126; the mean of 40 by 0.02, around -1/63.
    expect(Math.abs(correlations.reduce((a, b) => a + b) / 40)).toBeLessThan(0.08);
  });

  test('the budget decides the cut and nothing else: the effective batches stay the same', () => {
    const wide = planEpoch(many, { ...limits, pieceBudget: 16 * 128 }, 1, 0);
    expect(wide).not.toEqual(epoch);
    expect(wide.map(sentencesOf)).toEqual(epoch.map(sentencesOf));
  });

  test('a sentence over the budget goes alone', () => {
    const split = splitOfLengths([33, 33, 5]);
    const [batch] = planEpoch(split, { batchSize: 4, pieceBudget: 20 }, 1, 0);
    expect(batch!.map(({ sentences, pieces }) => [sentences.length, pieces])).toEqual([
      [1, 33],
      [1, 33],
      [1, 5],
    ]);
  });

  test('no sentences make no batches, and limits below 1 are refused', () => {
    expect(planEpoch(splitOfLengths([]), limits, 1, 0)).toEqual([]);
    expect(() => planEpoch(many, { ...limits, batchSize: 0 }, 1, 0)).toThrow(
      /at least 1, got 0 and 512/,
    );
  });
});

test('planByLength has each sentence once, longest first', () => {
  const order = sentencesOf(planByLength(many, limits));
  expect([...order].sort((a, b) => a - b)).toEqual(manyLengths.map((_, sentence) => sentence));
  const lengths = order.map((sentence) => manyLengths[sentence]!);
  expect(lengths).toEqual([...manyLengths].sort((a, b) => b - a));
});

test('takePieces puts the pieces of the sentences behind one another', () => {
  const split = splitOfLengths([2, 3]);
  const sentenceIndices = Int32Array.of(4, 5);
  expect(takePieces(split, { sentences: Int32Array.of(1, 0), sentenceIndices })).toEqual({
    pieceIds: Int32Array.of(102, 103, 104, 100, 101),
    offsets: Int32Array.of(0, 3, 5),
    sentenceIndices,
  });
});
