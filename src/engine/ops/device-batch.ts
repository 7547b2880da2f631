import * as tf from '@tensorflow/tfjs-core';
import { currentEngine } from '../engine';

/**
 * The rows of hidden states that sentences have on the device: sentence after sentence, one row a word piece, without padding.
 *
 * Fillers may follow them. A filler is a row that is a sentence of its own, so that batches of nearly one size have one shape.
 */
export interface SentenceRows {
  /** Number of rows, fillers included. */
  rows: number;
  /** Pieces of the longest sentence. */
  longest: number;
  /** i32[at least sentences + 1]: each sentence's first row; the last number is repeated where there are more. */
  starts: tf.Tensor1D;
  /**
   * i32[rows, 3]: a row's place in its sentence, the row behind its sentence's last, and the sentence's index in the effective batch, which
   * decides its dropout mask. They share a tensor because a WebGPU kernel may bind few.
   */
  table: tf.Tensor2D;
}

/** A batch of sentences on the device. */
export interface DeviceBatch extends SentenceRows {
  /** i32[rows]: each row's entry of the word-embedding table. WebGPU reads 0 for one out of range, so the caller checks them. */
  pieceIds: tf.Tensor1D;
  /** i32[entries + 1]: see `listOccurrences`. Present where the gradient of the embeddings sums in order. */
  pieceStarts?: tf.Tensor1D;
  /** i32[rows]: see `listOccurrences`. */
  pieceRows?: tf.Tensor1D;
}

/** The arrays of a `DeviceBatch`, still on the host. */
export interface BatchArrays {
  pieceIds: Int32Array;
  starts: Int32Array;
  /** i32[rows · 3] */
  table: Int32Array;
  pieceStarts?: Int32Array;
  pieceRows?: Int32Array;
}

/**
 * Gives an array by name, filled with anything. Batches are laid out before every step, where fresh memory costs more than what is done with
 * it.
 */
export type TakeInts = (name: string, length: number) => Int32Array;

const freshInts: TakeInts = (_name, length) => new Int32Array(length);

/** How many rows and starts a batch has at least. */
export interface BatchSize {
  rows: number;
  starts: number;
}

/** Returns the size that suits the backend in use: a GPU compiles a step for each shape, so it is given few. */
export function sizeOnDevice(rows: number, sentences: number): BatchSize {
  if (!currentEngine().traits.replaysSteps) return { rows, starts: sentences + 1 };
  return { rows: roundUpRows(rows), starts: 8 * Math.ceil(sentences / 8) + 1 };
}

/** Adds fillers so that most batches have one of a few sizes: at most an eighth more rows, from 512 on. */
export function roundUpRows(rows: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(1, rows))) - 3));
  return step * Math.ceil(rows / step);
}

/**
 * Lays sentences out in rows.
 *
 * @param offsets i32[sentences + 1]: where each sentence begins, from 0
 * @param sentenceIndices i32[sentences]: each sentence's index in the effective batch
 * @param size at least as many rows as there are pieces, and one start more than there are sentences
 */
export function layOutRows(
  offsets: Int32Array,
  sentenceIndices: ArrayLike<number>,
  size: BatchSize = { rows: offsets.at(-1)!, starts: offsets.length },
  ints: TakeInts = freshInts,
): Pick<BatchArrays, 'starts' | 'table'> {
  const sentences = offsets.length - 1;
  const pieces = offsets[sentences]!;
  const starts = ints('starts', size.starts);
  starts.set(offsets);
  starts.fill(pieces, sentences + 1);
  const table = ints('table', 3 * size.rows);
  for (let i = 0; i < sentences; i++) {
    const [start, end, sentence] = [offsets[i]!, offsets[i + 1]!, sentenceIndices[i]!];
    for (let row = start; row < end; row++) {
      table[3 * row] = row - start;
      table[3 * row + 1] = end;
      table[3 * row + 2] = sentence;
    }
  }
  table.fill(0, 3 * pieces);
  for (let row = pieces; row < size.rows; row++) table[3 * row + 1] = row + 1;
  return { starts, table };
}

/**
 * Lists the rows of each entry of the word-embedding table: entry e has `pieceRows` from `pieceStarts[e]` up to `pieceStarts[e + 1]`.
 *
 * It is a counting sort, from the last row to the first, so that where an entry's rows end becomes where they begin.
 *
 * @returns i32[entries + 1] and i32[rows]
 */
export function listOccurrences(
  pieceIds: Int32Array,
  entries: number,
  ints: TakeInts = freshInts,
): { pieceStarts: Int32Array; pieceRows: Int32Array } {
  const pieceStarts = ints('pieceStarts', entries + 1).fill(0);
  for (const id of pieceIds) pieceStarts[id]!++;
  let end = 0;
  for (let id = 0; id <= entries; id++) pieceStarts[id] = end += pieceStarts[id]!;
  const pieceRows = ints('pieceRows', pieceIds.length);
  for (let row = pieceRows.length - 1; row >= 0; row--)
    pieceRows[--pieceStarts[pieceIds[row]!]!] = row;
  return { pieceStarts, pieceRows };
}

/** Counts the pieces of the longest sentence; 0 where there are none. */
export function longestOf(offsets: Int32Array): number {
  let longest = 0;
  for (let i = 1; i < offsets.length; i++)
    longest = Math.max(longest, offsets[i]! - offsets[i - 1]!);
  return longest;
}

/** Puts rows on the device; call it inside `tf.tidy`. */
export function placeRows(
  { starts, table }: Pick<BatchArrays, 'starts' | 'table'>,
  longest: number,
): SentenceRows {
  const rows = table.length / 3;
  return {
    ...{ rows, longest },
    starts: tf.tensor1d(starts, 'int32'),
    table: tf.tensor2d(table, [rows, 3], 'int32'),
  };
}

/** Puts a batch on the device; call it inside `tf.tidy`. */
export function placeBatch(arrays: BatchArrays, longest: number): DeviceBatch {
  const batch: DeviceBatch = {
    ...placeRows(arrays, longest),
    pieceIds: tf.tensor1d(arrays.pieceIds, 'int32'),
  };
  const { pieceStarts, pieceRows } = arrays;
  if (pieceStarts) batch.pieceStarts = tf.tensor1d(pieceStarts, 'int32');
  if (pieceRows) batch.pieceRows = tf.tensor1d(pieceRows, 'int32');
  return batch;
}
