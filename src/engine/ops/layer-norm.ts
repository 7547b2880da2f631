import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './run-kernel';
import { differentiableByName } from './differentiable';

/**
 * Computes (x − mean) / √(variance + epsilon) · scale + shift over the last dimension (Ba et al. 2016).
 *
 * x f32[rows, width], scale and shift f32[width] → f32[rows, width]. The variance is the biased one. A kernel may keep each row's moments for the
 * gradient; else that computes them again.
 */
export function layerNorm(
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
): tf.Tensor2D {
  if (!hasKernel('LayerNorm')) return layerNormPlain(x, scale, shift, epsilon);
  return differentiableByName(
    [x, scale, shift],
    () => {
      const [y, moments] = runKernels('LayerNorm', { x, scale, shift }, { epsilon });
      return { output: y, kept: { x, scale, ...(moments ? { moments } : {}) } };
    },
    (dy, kept) => runKernels('LayerNormGradient', { ...kept, dy }, { epsilon }),
  );
}

/** Computes layer norm by tf ops: the oracle of the kernels. */
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
