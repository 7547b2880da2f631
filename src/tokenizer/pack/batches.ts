import type { PackedSplit } from './packed-split';
import { SeededRandom } from '../../random/seeded-random';

/** Sentences that go through the model at once, padded to the longest of them. */
export interface MicroBatch {
  /** Indices into the split, longest sentence first. */
  sentences: Int32Array;
  /** Per sentence its position in the effective batch: what dropout counts by, so that the split changes nothing. */
  rows: Int32Array;
  /** Width in pieces, padding included: where padding is computed, a multiple of 8 if the window allows it. */
  pieces: number;
  /** What the model computes: all of the width, or the real pieces alone. */
  computedPieces: number;
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
  /** A micro-batch computes at most so many pieces; a longer sentence goes alone. */
  pieceBudget: number;
  /** The window: no batch is padded beyond it. */
  maxPieces: number;
  /** Whether padding is computed, as it is where this is not said. */
  isPadded?: boolean;
}

/** Widths are rounded up to this, so that kernels and compiled shapes repeat. */
const WIDTH_STEP = 8;
/** What beginning one more micro-batch costs, in pieces: below this, padding is cheaper than another part. */
const PART_COST_PIECES = 64;

/**
 * The batches of one epoch: every sentence once, in an order that only (seed, epoch) decide.
 *
 * A batch is drawn without regard to length, as the reference implementations draw it: batches of equal length would give words of
 * short sentences more weight, which cost two to three points of dev entity F1 on WNUT-17 after the first two epochs. Only inside a batch
 * are sentences sorted and cut into micro-batches by length, so that little is padded.
 */
export function planEpoch(
  split: PackedSplit,
  limits: BatchLimits,
  seed: number,
  epoch: number,
): EffectiveBatch[] {
  checkLimits(limits);
  const order = Int32Array.from({ length: split.sentences }, (_, sentence) => sentence);
  new SeededRandom(seed, epoch).shuffle(order);
  const batches: EffectiveBatch[] = [];
  for (let first = 0; first < order.length; first += limits.batchSize) {
    const sentences = order.slice(first, first + limits.batchSize);
    sortLongestFirst(sentences, split);
    batches.push({
      sentences: sentences.length,
      microBatches: cutCheaply(sentences, split, limits),
    });
  }
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
export function padMicroBatch(
  split: PackedSplit,
  { sentences, rows, pieces }: Pick<MicroBatch, 'sentences' | 'rows' | 'pieces'>,
): PaddedBatch {
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

/** Takes sentences, longest first, while what they compute stays within the limits. */
function cutByBudget(sentences: Int32Array, split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  const measure = measureParts(sentences, split, limits);
  const microBatches: MicroBatch[] = [];
  let first = 0;
  while (first < sentences.length) {
    let end = first + 1;
    while (end < sentences.length && fits(measure, first, end + 1, limits)) end++;
    microBatches.push(takeMicroBatch(sentences, first, end, measure));
    first = end;
  }
  return microBatches;
}

/** The cut of a batch, longest sentence first, that costs least: computed pieces, and `PART_COST_PIECES` a part. */
function cutCheaply(sentences: Int32Array, split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  const { length } = sentences;
  const measure = measureParts(sentences, split, limits);
  // cost[first] of the best cut of the sentences from `first` on, whose first part ends before end[first].
  const cost = new Float64Array(length + 1);
  const end = new Int32Array(length);
  for (let first = length - 1; first >= 0; first--) {
    cost[first] = Infinity;
    for (let next = first + 1; next <= length; next++) {
      if (next > first + 1 && !fits(measure, first, next, limits)) break;
      const total = measure.computed(first, next) + PART_COST_PIECES + cost[next]!;
      if (total > cost[first]!) continue;
      cost[first] = total;
      end[first] = next;
    }
  }
  const microBatches: MicroBatch[] = [];
  for (let first = 0; first < length; first = end[first]!) {
    microBatches.push(takeMicroBatch(sentences, first, end[first]!, measure));
  }
  return microBatches;
}

/** What a part of some sentences, longest first, would be: its width, and the pieces that it computes. */
interface PartMeasure {
  width: (first: number) => number;
  computed: (first: number, end: number) => number;
}

function measureParts(sentences: Int32Array, split: PackedSplit, limits: BatchLimits): PartMeasure {
  if (limits.isPadded === false) {
    const before = new Int32Array(sentences.length + 1);
    sentences.forEach((sentence, i) => (before[i + 1] = before[i]! + countPieces(split, sentence)));
    return {
      width: (first) => countPieces(split, sentences[first]!),
      computed: (first, end) => before[end]! - before[first]!,
    };
  }
  const width = (first: number) => paddedWidth(countPieces(split, sentences[first]!), limits);
  return { width, computed: (first, end) => (end - first) * width(first) };
}

function fits(measure: PartMeasure, first: number, end: number, limits: BatchLimits): boolean {
  return end - first <= limits.batchSize && measure.computed(first, end) <= limits.pieceBudget;
}

function takeMicroBatch(
  sentences: Int32Array,
  first: number,
  end: number,
  measure: PartMeasure,
): MicroBatch {
  const taken = sentences.slice(first, end);
  return {
    sentences: taken,
    rows: Int32Array.from(taken, (_, i) => first + i),
    pieces: measure.width(first),
    computedPieces: measure.computed(first, end),
  };
}

function paddedWidth(pieces: number, { maxPieces }: BatchLimits): number {
  const rounded = Math.ceil(pieces / WIDTH_STEP) * WIDTH_STEP;
  return Math.max(pieces, Math.min(rounded, maxPieces));
}

function checkLimits({ batchSize, pieceBudget, maxPieces }: BatchLimits): void {
  if (batchSize >= 1 && pieceBudget >= 1 && maxPieces >= 1) return;
  throw new RangeError(
    `batches: batch size, piece budget and window must be at least 1, got ${batchSize}, ${pieceBudget} and ${maxPieces}; check the recipe`,
  );
}
