import * as tf from '@tensorflow/tfjs-core';

/** sums[column] = Σ_row x[row, column]: the gradient of a bias. x f32[rows, columns] → f32[columns]. */
export function columnSum(x: tf.Tensor2D): tf.Tensor1D {
  return tf.sum(x, 0);
}
