import * as tf from '@tensorflow/tfjs-core';
import { hasKernel } from '../kernels/run-kernel';

/** Added to the score of a masked piece. Finite: a row of −∞ would be NaN after the softmax, and f32 swallows any score beside it. */
const MASKED = -1e9;

/**
 * How the pieces of a batch's sentences lie in the rows of hidden states: sentence after sentence, without padding where the backend's
 * kernels know where each begins, else padded to the longest.
 */
export interface RowLayout {
  batch: number;
  rows: number;
  /** Pieces of the longest sentence. */
  longest: number;
  /** i32[rows]: a row's index in a batch that is padded to the longest sentence: sentence · longest + place. */
  indices: Int32Array;
  /** i32[batch + 1]: where each sentence's rows begin. */
  starts: tf.Tensor1D;
  /** i32[rows]: a row's place in its sentence. */
  places: tf.Tensor1D;
  /** i32[rows]: the row of its sentence in the effective batch, which decides its dropout mask. */
  sentences: tf.Tensor1D;
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

/** The layout of sentences of so many pieces, at most `pieces` each, with the rows `sentences` in the effective batch. Inside `tf.tidy`. */
export function layOutRows(
  lengths: ArrayLike<number>,
  sentences: ArrayLike<number>,
  pieces: number,
  isPadded = computesPadding(),
): RowLayout {
  const batch = lengths.length;
  const starts = new Int32Array(batch + 1);
  for (let i = 0; i < batch; i++) starts[i + 1] = starts[i]! + (isPadded ? pieces : lengths[i]!);
  const indices = new Int32Array(starts[batch]!);
  for (let i = 0; i < batch; i++) {
    for (let row = starts[i]!; row < starts[i + 1]!; row++)
      indices[row] = i * pieces + row - starts[i]!;
  }
  const ints = (numbers: Int32Array) => tf.tensor1d(numbers, 'int32');
  const layout: RowLayout = {
    batch,
    rows: indices.length,
    longest: pieces,
    indices,
    starts: ints(starts),
    places: ints(indices.map((index) => index % pieces)),
    sentences: ints(indices.map((index) => sentences[Math.floor(index / pieces)]!)),
  };
  if (!isPadded) return layout;
  const bias = Float32Array.from(indices, (index) =>
    index % pieces < lengths[Math.floor(index / pieces)]! ? 0 : MASKED,
  );
  layout.padded = {
    bias: tf.tensor4d(bias, [batch, 1, 1, pieces]),
    sentences: ints(Int32Array.from(sentences)),
  };
  return layout;
}
