import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './run-kernel';

/** Computes √ Σ x² over every number of every tensor. It is NaN or infinite where one of them is. */
export async function globalNorm(tensors: Iterable<tf.Tensor>): Promise<number> {
  // Not addN: on WebGPU it binds every input at once, and beyond the adapter's storage buffers the whole submit is dropped in silence.
  const total = tf.tidy(() => tf.sum(tf.stack([...tensors].map(sumOfSquares))));
  const [squares] = await total.data<'float32'>();
  total.dispose();
  return Math.sqrt(squares!);
}

function sumOfSquares(x: tf.Tensor): tf.Scalar {
  return hasKernel('SumOfSquares') ? runKernel('SumOfSquares', { x }) : tf.sum(tf.square(x));
}
