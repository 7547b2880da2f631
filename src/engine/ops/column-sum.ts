import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from '../kernels/run-kernel';

/** sums[column] = Σ_row x[row, column]: the gradient of a bias. x f32[rows, columns] → f32[columns]. */
export function columnSum(x: tf.Tensor2D): tf.Tensor1D {
  return hasKernel('ColumnSum') ? runKernel('ColumnSum', { x }) : columnSumPlain(x);
}

/** The column sums as one tf op: the oracle. */
export function columnSumPlain(x: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(x, 0);
}
