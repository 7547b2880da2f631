import * as tf from '@tensorflow/tfjs-core';
import { currentEngine } from '../engine';
import { hasKernel } from './run-kernel';

/** Added to the score of a masked piece. Finite: a row of −∞ would be NaN after the softmax, and f32 swallows any score beside it. */
const MASKED = -1e9;

/**
 * How the pieces of a batch's sentences lie in the rows of hidden states: sentence after sentence, without padding where the backend's
 * kernels know where each begins, else padded to the longest. Behind them there may be fillers, rows that each are a sentence of their own,
 * so that batches of nearly one size have one shape.
 */
export interface RowNumbers {
  batch: number;
  rows: number;
  /** Pieces of the longest sentence. */
  longest: number;
  /** i32[rows]: a row's index in a batch that is padded to the longest sentence: sentence · longest + place; -1 for a filler. */
  indices: Int32Array;
  /** i32[at least batch + 1]: where each sentence's rows begin; the last number again and again where it is longer. */
  starts: Int32Array;
  /**
   * i32[rows, 3]: a row's place in its sentence, the row behind the last of that, and the sentence's row in the effective batch, which
   * decides its dropout mask. One table, because a WebGPU kernel may bind few tensors.
   */
  table: Int32Array;
  /** Whether sentences are padded to the longest. */
  isPadded: boolean;
  /** Pieces of each sentence, padding left out. */
  lengths: ArrayLike<number>;
}

/**
 * Where a batch's arrays come from, by name; filled with anything. Batches are laid out before every step, where fresh memory costs more than
 * what is done with it.
 */
export type TakeInts = (name: string, length: number) => Int32Array;

export const freshInts: TakeInts = (_name, length) => new Int32Array(length);

/** `RowNumbers` on the device. */
export interface RowLayout extends Pick<RowNumbers, 'batch' | 'rows' | 'longest' | 'indices'> {
  starts: tf.Tensor1D;
  /** i32[rows, 3], as in `RowNumbers`. */
  table: tf.Tensor2D;
  /** Only where rows are padded. */
  padded?: {
    /** f32[batch, 1, 1, longest]: 0 for a piece and −1e9 for padding. */
    bias: tf.Tensor4D;
    /** i32[batch]: `sentences`, once each. */
    sentences: tf.Tensor1D;
  };
}

/** Whether the backend in use computes padding, and so profits from sentences of like length. */
export function computesPadding(): boolean {
  return !hasKernel('Attention');
}

/** Rows of fillers and all, so that most batches have one of a few sizes: at most an eighth more, from 64 on. */
export function roundUpRows(rows: number): number {
  const step = Math.max(64, 2 ** (Math.floor(Math.log2(Math.max(1, rows))) - 3));
  return step * Math.ceil(rows / step);
}

/**
 * Lays out sentences of so many pieces, at most `pieces` each, with the rows `sentences` in the effective batch.
 *
 * @param rows with fillers, at least as many as there are pieces
 * @param starts numbers of `starts`, at least one more than there are sentences
 */
export function planRows(
  lengths: ArrayLike<number>,
  sentences: ArrayLike<number>,
  pieces: number,
  isPadded: boolean,
  size: { rows: number; starts: number } = { rows: 0, starts: 0 },
  ints: TakeInts = freshInts,
): RowNumbers {
  const batch = lengths.length;
  const starts = ints('starts', Math.max(size.starts, batch + 1));
  starts[0] = 0;
  for (let i = 0; i < batch; i++) starts[i + 1] = starts[i]! + (isPadded ? pieces : lengths[i]!);
  const real = starts[batch]!;
  starts.fill(real, batch + 1);
  const rows = Math.max(size.rows, real);
  const indices = ints('indices', rows);
  const table = ints('table', 3 * rows);
  for (let i = 0; i < batch; i++) {
    const start = starts[i]!;
    const end = starts[i + 1]!;
    const sentence = sentences[i]!;
    for (let row = start; row < end; row++) {
      indices[row] = i * pieces + row - start;
      table[3 * row] = row - start;
      table[3 * row + 1] = end;
      table[3 * row + 2] = sentence;
    }
  }
  indices.fill(-1, real);
  table.fill(0, 3 * real);
  for (let row = real; row < rows; row++) table[3 * row + 1] = row + 1;
  return { batch, rows, longest: pieces, indices, starts, table, isPadded, lengths };
}

/** The same as the backend in use wants it: with padding, without, or with fillers where shapes should be few. */
export function planBatchRows(
  lengths: ArrayLike<number>,
  sentences: ArrayLike<number>,
  pieces: number,
  ints: TakeInts = freshInts,
): RowNumbers {
  const isPadded = computesPadding();
  let size = { rows: 0, starts: 0 };
  if (currentEngine().traits.replaysSteps) {
    let real = 0;
    for (let i = 0; i < lengths.length; i++) real += lengths[i]!;
    size = { rows: roundUpRows(real), starts: 8 * Math.ceil(lengths.length / 8) + 1 };
  }
  return planRows(lengths, sentences, pieces, isPadded, size, ints);
}

/** What a padded batch has for each row, in `to`; `filler` where the row is one. */
export function takeRows(
  indices: Int32Array,
  padded: Int32Array,
  filler: number,
  to: Int32Array,
): Int32Array {
  for (let row = 0; row < indices.length; row++)
    to[row] = indices[row]! < 0 ? filler : padded[indices[row]!]!;
  return to;
}

/** Puts a layout on the device. Inside `tf.tidy`. */
export function placeRows(plan: RowNumbers): RowLayout {
  const { batch, rows, longest, indices } = plan;
  const ints = (numbers: Int32Array) => tf.tensor1d(numbers, 'int32');
  const layout: RowLayout = {
    ...{ batch, rows, longest, indices },
    starts: ints(plan.starts),
    table: tf.tensor2d(plan.table, [rows, 3], 'int32'),
  };
  if (!plan.isPadded) return layout;
  const bias = Float32Array.from(plan.indices, (index) =>
    index % longest < plan.lengths[Math.floor(index / longest)]! ? 0 : MASKED,
  );
  layout.padded = {
    bias: tf.tensor4d(bias, [batch, 1, 1, longest]),
    sentences: ints(Int32Array.from({ length: batch }, (_, i) => plan.table[3 * i * longest + 2]!)),
  };
  return layout;
}

/** Both, without fillers. Inside `tf.tidy`. */
export function layOutRows(
  lengths: ArrayLike<number>,
  sentences: ArrayLike<number>,
  pieces: number,
  isPadded = computesPadding(),
): RowLayout {
  return placeRows(planRows(lengths, sentences, pieces, isPadded));
}
