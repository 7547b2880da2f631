import type { PackedSplit } from './packed-split';
import { SeededRandom } from './seeded-random';

/** Sentences that go through the model at once, padded to the longest of them. */
export interface MicroBatch {
  /** Indices into the split, longest sentence first. */
  sentences: Int32Array;
  /** Per sentence its position in the effective batch: what dropout counts by, so that the split changes nothing. */
  rows: Int32Array;
  /** Width in pieces, padding included: a multiple of 8 where the window allows it. */
  pieces: number;
}

/** What one optimiser step sees, cut so that each part fits in memory. */
export interface EffectiveBatch {
  microBatches: MicroBatch[];
  sentences: number;
}

/** A micro-batch as the model reads it, all arrays row by row. */
export interface PaddedBatch {
  batch: number;
  pieces: number;
  pieceIds: Int32Array; // [batch, pieces], 0 where padded
  attentionMask: Int32Array; // [batch, pieces], 0 where padded
  rows: Int32Array; // [batch]
}

export interface BatchLimits {
  /** Sentences in one optimiser step. */
  batchSize: number;
  /** A micro-batch has at most so many pieces, padding included; a longer sentence goes alone. */
  pieceBudget: number;
  /** The window: no batch is padded beyond it. */
  maxPieces: number;
}

/** Widths are rounded up to this, so that kernels and compiled shapes repeat. */
const widthStep = 8;
/** Sentences are sorted by length only within so many batches: little padding, and an order no length gives away. */
const batchesPerWindow = 50;

/**
 * The batches of one epoch: every sentence once, in an order that only (seed, epoch) decide.
 *
 * Shuffled, sorted by length inside windows of 50 batches, cut into batches, and the batches shuffled: neighbours in length share a
 * batch, and long and short batches alternate without a pattern. There are ⌈sentences / batchSize⌉ batches, as a plain loader has.
 */
export function planEpoch(
  split: PackedSplit,
  limits: BatchLimits,
  seed: number,
  epoch: number,
): EffectiveBatch[] {
  checkLimits(limits);
  const random = new SeededRandom(seed, epoch);
  const order = Int32Array.from({ length: split.sentences }, (_, sentence) => sentence);
  random.shuffle(order);
  const windowSize = limits.batchSize * batchesPerWindow;
  const batches: EffectiveBatch[] = [];
  for (let start = 0; start < order.length; start += windowSize) {
    const window = order.slice(start, start + windowSize);
    sortLongestFirst(window, split);
    for (let first = 0; first < window.length; first += limits.batchSize) {
      const sentences = window.subarray(first, first + limits.batchSize);
      batches.push({
        sentences: sentences.length,
        microBatches: cutByBudget(sentences, split, limits),
      });
    }
  }
  random.shuffle(batches);
  return batches;
}

/** Every sentence once, longest first, in batches as large as the limits allow: for work in which order does not matter. */
export function planByLength(split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  checkLimits(limits);
  const order = Int32Array.from({ length: split.sentences }, (_, sentence) => sentence);
  sortLongestFirst(order, split);
  return cutByBudget(order, split, limits);
}

/** Writes a micro-batch out with its padding; i32[batch, pieces] each. */
export function padMicroBatch(split: PackedSplit, microBatch: MicroBatch): PaddedBatch {
  const { sentences, rows, pieces } = microBatch;
  const batch = sentences.length;
  const pieceIds = new Int32Array(batch * pieces);
  const attentionMask = new Int32Array(batch * pieces);
  sentences.forEach((sentence, row) => {
    const start = split.pieceOffsets[sentence]!;
    const end = split.pieceOffsets[sentence + 1]!;
    pieceIds.set(split.pieceIds.subarray(start, end), row * pieces);
    attentionMask.fill(1, row * pieces, row * pieces + end - start);
  });
  return { batch, pieces, pieceIds, attentionMask, rows };
}

/** Pieces of a sentence, [CLS] and [SEP] included. */
export function countPieces(split: PackedSplit, sentence: number): number {
  return split.pieceOffsets[sentence + 1]! - split.pieceOffsets[sentence]!;
}

/** Pieces of a micro-batch without its padding. */
export function countRealPieces(split: PackedSplit, microBatch: MicroBatch): number {
  return microBatch.sentences.reduce((sum, sentence) => sum + countPieces(split, sentence), 0);
}

/** Ties keep their order, so equal lengths stay as shuffled. */
function sortLongestFirst(sentences: Int32Array, split: PackedSplit): void {
  sentences.sort((a, b) => countPieces(split, b) - countPieces(split, a));
}

/** Takes sentences, longest first, while the width of the first times their number stays within the limits. */
function cutByBudget(
  sentences: Int32Array,
  split: PackedSplit,
  { batchSize, pieceBudget, maxPieces }: BatchLimits,
): MicroBatch[] {
  const microBatches: MicroBatch[] = [];
  let first = 0;
  while (first < sentences.length) {
    const longest = countPieces(split, sentences[first]!);
    const rounded = Math.ceil(longest / widthStep) * widthStep;
    const pieces = Math.max(longest, Math.min(rounded, maxPieces));
    const count = Math.min(batchSize, Math.max(1, Math.floor(pieceBudget / pieces)));
    const taken = sentences.slice(first, first + count);
    microBatches.push({
      sentences: taken,
      rows: Int32Array.from(taken, (_, i) => first + i),
      pieces,
    });
    first += taken.length;
  }
  return microBatches;
}

function checkLimits({ batchSize, pieceBudget, maxPieces }: BatchLimits): void {
  if (batchSize >= 1 && pieceBudget >= 1 && maxPieces >= 1) return;
  throw new RangeError(
    `batches: batch size, piece budget and window must be at least 1, got ${batchSize}, ${pieceBudget} and ${maxPieces}; check the recipe`,
  );
}
