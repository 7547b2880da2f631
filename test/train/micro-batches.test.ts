import { describe, expect, test } from 'vitest';
import {
  countRealPieces,
  padMicroBatch,
  planByLength,
  planEpoch,
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
const limits: BatchLimits = { batchSize: 16, pieceBudget: 512, maxPieces: 128 };
const sentencesOf = (microBatches: MicroBatch[]) =>
  microBatches.flatMap((part) => [...part.sentences]);
const widthsOf = (seed: number, epoch: number) =>
  planEpoch(many, limits, seed, epoch).map((batch) => batch.microBatches[0]!.pieces);

describe('planEpoch', () => {
  const epoch = planEpoch(many, limits, 1, 0);

  test('has each sentence once, in ⌈sentences / batchSize⌉ batches of which one is short', () => {
    expect(epoch.flatMap((batch) => sentencesOf(batch.microBatches)).sort((a, b) => a - b)).toEqual(
      manyLengths.map((_, sentence) => sentence),
    );
    expect(epoch).toHaveLength(63);
    const sizes = epoch.map((batch) => batch.sentences).sort((a, b) => a - b);
    expect(sizes).toEqual([1003 - 62 * 16, ...new Array<number>(62).fill(16)]);
  });

  test('keeps every micro-batch within the budget, as wide as its longest sentence rounded up to 8', () => {
    for (const part of epoch.flatMap((batch) => batch.microBatches)) {
      const longest = Math.max(...Array.from(part.sentences, (sentence) => manyLengths[sentence]!));
      expect(part.pieces).toBe(Math.ceil(longest / 8) * 8);
      expect(part.sentences.length * part.pieces).toBeLessThanOrEqual(512);
    }
  });

  test('numbers the rows of an effective batch once, across its micro-batches', () => {
    for (const batch of epoch) {
      const rows = batch.microBatches.flatMap((part) => [...part.rows]);
      expect(rows).toEqual(Array.from({ length: batch.sentences }, (_, row) => row));
    }
  });

  test('cuts each batch as cheaply as any cut can: padded pieces, and 64 for each part', () => {
    const costOf = (lengths: number[], ends: number[]) => {
      const widths = lengths.map((length) => Math.ceil(length / 8) * 8);
      return ends.reduce((sum, end, i) => {
        const padded = (end - (ends[i - 1] ?? 0)) * widths[ends[i - 1] ?? 0]!;
        return sum + 64 + (padded > 512 ? Infinity : padded);
      }, 0);
    };
    for (const { microBatches } of epoch.slice(0, 4)) {
      const lengths = sentencesOf(microBatches).map((sentence) => manyLengths[sentence]!);
      let cheapest = Infinity;
      for (let cut = 0; cut < 2 ** (lengths.length - 1); cut++) {
        const ends = lengths.map((_, i) => i + 1).filter((end) => (cut >> (end - 1)) & 1);
        cheapest = Math.min(cheapest, costOf(lengths, [...ends, lengths.length]));
      }
      const ours = microBatches.reduce(
        (sum, { sentences, pieces }) => sum + 64 + sentences.length * pieces,
        0,
      );
      expect(ours).toBe(cheapest);
    }
  });

  test('pads less than a third of what whole batches would', () => {
    const real = manyLengths.reduce((sum, length) => sum + length, 0);
    const parts = epoch.flatMap((batch) => batch.microBatches);
    const padded = parts.reduce((sum, part) => sum + part.sentences.length * part.pieces, 0);
    const whole = epoch.reduce(
      (sum, { sentences, microBatches }) => sum + sentences * microBatches[0]!.pieces,
      0,
    );
    expect(parts.reduce((sum, part) => sum + countRealPieces(many, part), 0)).toBe(real);
    expect(padded - real).toBeLessThan((whole - real) / 3);
  });

  test('draws batches without regard to length: their mean lengths scatter as drawn ones do', () => {
    const mean = manyLengths.reduce((a, b) => a + b) / manyLengths.length;
    const variance = manyLengths.reduce((sum, n) => sum + (n - mean) ** 2, 0) / manyLengths.length;
    const full = Array.from({ length: 20 }, (_, seed) => planEpoch(many, limits, seed, 0))
      .flat()
      .filter(({ sentences }) => sentences === 16);
    const scatter = full.reduce((sum, { microBatches }) => {
      const pieces = microBatches.reduce((all, part) => all + countRealPieces(many, part), 0);
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
      const widths = widthsOf(seed, 0);
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
    expect(wide.map((batch) => sentencesOf(batch.microBatches))).toEqual(
      epoch.map((batch) => sentencesOf(batch.microBatches)),
    );
  });

  test('a sentence over the budget goes alone, and no batch is padded beyond the window', () => {
    const [batch] = planEpoch(
      splitOfLengths([33, 33, 5]),
      { batchSize: 4, pieceBudget: 20, maxPieces: 33 },
      1,
      0,
    );
    expect(batch!.microBatches.map(({ sentences, pieces }) => [sentences.length, pieces])).toEqual([
      [1, 33],
      [1, 33],
      [1, 8],
    ]);
  });

  test('no sentences make no batches, and limits below 1 are refused', () => {
    expect(planEpoch(splitOfLengths([]), limits, 1, 0)).toEqual([]);
    expect(() => planEpoch(many, { ...limits, batchSize: 0 }, 1, 0)).toThrow(
      /at least 1, got 0, 512/,
    );
  });
});

describe('where padding is not computed', () => {
  const packed = { ...limits, isPadded: false };
  const real = (part: MicroBatch) =>
    part.sentences.reduce((sum, sentence) => sum + manyLengths[sentence]!, 0);

  test('a batch is cut by its real pieces alone, into as few parts as the budget allows', () => {
    for (const { microBatches } of planEpoch(many, packed, 1, 0)) {
      for (const part of microBatches) {
        expect(part.computedPieces).toBe(real(part));
        expect(part.pieces).toBe(manyLengths[part.sentences[0]!]);
        expect(part.computedPieces <= 512 || part.sentences.length === 1).toBe(true);
      }
      const all = microBatches.reduce((sum, part) => sum + real(part), 0);
      if (all <= 512) expect(microBatches).toHaveLength(1);
    }
  });

  test('the order of the sentences is the same, so a run drops the same numbers on any backend', () => {
    const order = (each: BatchLimits) =>
      planEpoch(many, each, 1, 0).map((batch) => sentencesOf(batch.microBatches));
    expect(order(packed)).toEqual(order(limits));
    expect(sentencesOf(planByLength(many, packed))).toEqual(
      sentencesOf(planByLength(many, limits)),
    );
  });

  test('padding counts where it is computed', () => {
    for (const part of planEpoch(many, limits, 1, 0).flatMap(({ microBatches }) => microBatches))
      expect(part.computedPieces).toBe(part.sentences.length * part.pieces);
  });
});

test('planByLength has each sentence once, longest first', () => {
  const order = sentencesOf(planByLength(many, limits));
  expect([...order].sort((a, b) => a - b)).toEqual(manyLengths.map((_, sentence) => sentence));
  const lengths = order.map((sentence) => manyLengths[sentence]!);
  expect(lengths).toEqual([...manyLengths].sort((a, b) => b - a));
});

test('padMicroBatch writes the pieces from the left and zeros behind them', () => {
  const split = splitOfLengths([2, 3]);
  const microBatch = { sentences: Int32Array.of(1, 0), rows: Int32Array.of(4, 5), pieces: 4 };
  expect(padMicroBatch(split, microBatch)).toEqual({
    batch: 2,
    pieces: 4,
    pieceIds: Int32Array.of(102, 103, 104, 0, 100, 101, 0, 0),
    attentionMask: Int32Array.of(1, 1, 1, 0, 1, 1, 0, 0),
    rows: Int32Array.of(4, 5),
  });
});
