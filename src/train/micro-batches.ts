import type { PieceBatch } from '../model/piece-batch';
import { countPieces, type PackedSplit } from '../tokenizer/pack/packed-split';
import { SeededRandom } from '../random/seeded-random';

/** Sentences that go through the model at once: one part of what an optimiser step sees. */
export interface MicroBatch {
  /** i32[sentences]: indices into the split, longest sentence first. */
  sentences: Int32Array;
  /** i32[sentences]: indices into the effective batch, which dropout counts by, so that the cut changes nothing. */
  sentenceIndices: Int32Array;
  /** Pieces of all of them, [CLS] and [SEP] included. */
  pieces: number;
}

export interface BatchLimits {
  /** Number of sentences in one optimiser step. */
  batchSize: number;
  /** Number of pieces in a micro-batch at most; a longer sentence goes alone. */
  pieceBudget: number;
}

/** Cost of beginning one more micro-batch, in pieces: the cut is weighed by it. */
const PART_COST_PIECES = 64;

/**
 * Plans an epoch: every sentence once, in an order that only (seed, epoch) decide. Each effective batch comes as its micro-batches.
 *
 * A batch is drawn without regard to length, as the reference implementations draw it: batches of equal length would give words of
 * short sentences more weight, which cost two to three points of dev entity F1 on WNUT-17 after the first two epochs. Only inside a batch
 * are sentences sorted and cut into micro-batches by length.
 *
 * @example planEpoch(split, { batchSize: 16, pieceBudget: 512 }, 1, 0) // 3,394 sentences: 213 effective batches
 */
export function planEpoch(
  split: PackedSplit,
  limits: BatchLimits,
  seed: number,
  epoch: number,
): MicroBatch[][] {
  checkLimits(limits);
  const order = countUp(split.sentences);
  new SeededRandom(seed, epoch).shuffle(order);
  const batches: MicroBatch[][] = [];
  for (let first = 0; first < order.length; first += limits.batchSize) {
    const sentences = order.slice(first, first + limits.batchSize);
    sortLongestFirst(sentences, split);
    batches.push(cutCheaply(sentences, split, limits));
  }
  return batches;
}

/** Plans every sentence once, longest first, in batches as large as the limits allow: for work in which order does not matter. */
export function planByLength(split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  checkLimits(limits);
  const order = countUp(split.sentences);
  sortLongestFirst(order, split);
  return cutByBudget(order, split, limits);
}

/** Takes the pieces of some sentences out of a split. */
export function takePieces(
  split: PackedSplit,
  { sentences, sentenceIndices }: Pick<MicroBatch, 'sentences' | 'sentenceIndices'>,
): PieceBatch {
  const offsets = new Int32Array(sentences.length + 1);
  sentences.forEach((sentence, i) => (offsets[i + 1] = offsets[i]! + countPieces(split, sentence)));
  const pieceIds = new Int32Array(offsets[sentences.length]!);
  sentences.forEach((sentence, i) => {
    const [start, end] = [split.pieceOffsets[sentence]!, split.pieceOffsets[sentence + 1]!];
    pieceIds.set(split.pieceIds.subarray(start, end), offsets[i]);
  });
  return { pieceIds, offsets, sentenceIndices };
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}

/** Sorts in place. Ties keep their order, so equal lengths stay as shuffled. */
function sortLongestFirst(sentences: Int32Array, split: PackedSplit): void {
  sentences.sort((a, b) => countPieces(split, b) - countPieces(split, a));
}

/** Takes sentences, longest first, while their pieces stay within the limits. */
function cutByBudget(sentences: Int32Array, split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  const before = sumPieces(sentences, split);
  const microBatches: MicroBatch[] = [];
  let first = 0;
  while (first < sentences.length) {
    let end = first + 1;
    while (end < sentences.length && fits(before, first, end + 1, limits)) end++;
    microBatches.push(takeMicroBatch(sentences, before, first, end));
    first = end;
  }
  return microBatches;
}

/** Finds the cut of a batch, longest sentence first, that costs least: its pieces, and `PART_COST_PIECES` a part. */
function cutCheaply(sentences: Int32Array, split: PackedSplit, limits: BatchLimits): MicroBatch[] {
  const { length } = sentences;
  const before = sumPieces(sentences, split);
  // cost[first] of the best cut of the sentences from `first` on, whose first part ends before end[first].
  const cost = new Float64Array(length + 1);
  const end = new Int32Array(length);
  for (let first = length - 1; first >= 0; first--) {
    cost[first] = Infinity;
    for (let next = first + 1; next <= length; next++) {
      if (next > first + 1 && !fits(before, first, next, limits)) break;
      const total = before[next]! - before[first]! + PART_COST_PIECES + cost[next]!;
      if (total > cost[first]!) continue;
      cost[first] = total;
      end[first] = next;
    }
  }
  const microBatches: MicroBatch[] = [];
  for (let first = 0; first < length; first = end[first]!) {
    microBatches.push(takeMicroBatch(sentences, before, first, end[first]!));
  }
  return microBatches;
}

/** Sums the pieces before each sentence: i32[sentences + 1]. */
function sumPieces(sentences: Int32Array, split: PackedSplit): Int32Array {
  const before = new Int32Array(sentences.length + 1);
  sentences.forEach((sentence, i) => (before[i + 1] = before[i]! + countPieces(split, sentence)));
  return before;
}

function fits(before: Int32Array, first: number, end: number, limits: BatchLimits): boolean {
  return end - first <= limits.batchSize && before[end]! - before[first]! <= limits.pieceBudget;
}

function takeMicroBatch(
  sentences: Int32Array,
  before: Int32Array,
  first: number,
  end: number,
): MicroBatch {
  const taken = sentences.slice(first, end);
  return {
    sentences: taken,
    sentenceIndices: Int32Array.from(taken, (_, i) => first + i),
    pieces: before[end]! - before[first]!,
  };
}

function checkLimits({ batchSize, pieceBudget }: BatchLimits): void {
  if (batchSize >= 1 && pieceBudget >= 1) return;
  throw new RangeError(
    `batches: batch size and piece budget must be at least 1, got ${batchSize} and ${pieceBudget}; check the recipe`,
  );
}
