import * as tf from '@tensorflow/tfjs-core';

/** √ Σ x² over every number of every tensor. NaN or infinite where one of them is. */
export async function globalNorm(tensors: Iterable<tf.Tensor>): Promise<number> {
  const total = tf.tidy(() => tf.addN([...tensors].map(sumOfSquares)));
  const [squares] = await total.data<'float32'>();
  total.dispose();
  return Math.sqrt(squares!);
}

function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return tf.sum(tf.square(x));
}
