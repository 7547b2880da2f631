import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from '../kernels/run-kernel';
import { differentiable } from './differentiable';

/**
 * (x − mean) / √(variance + epsilon) · scale + shift, over the last dimension (Ba et al. 2016).
 *
 * x f32[rows, width], scale and shift f32[width] → f32[rows, width]. The variance is the biased one.
 */
export function layerNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  if (!hasKernel('LayerNorm')) return layerNormPlain(x, scale, shift, epsilon);
  return differentiable(
    [x, scale, shift],
    () => runKernel<tf.Tensor2D>('LayerNorm', { x, scale, shift }, { epsilon }),
    [x, scale],
    (dy, [x, scale]) => runKernels('LayerNormGradient', { x, scale, dy }, { epsilon }),
  );
}

/** Layer norm as tf ops: the oracle. */
export function layerNormPlain(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  const { mean, variance } = tf.moments(x, -1, true);
  const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
  return tf.add(tf.mul(normal, scale), shift);
}
