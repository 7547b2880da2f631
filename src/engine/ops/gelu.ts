import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';

/**
 * Computes x · Φ(x), where Φ is the normal distribution function: the exact GELU (Hendrycks & Gimpel 2016), as BERT uses it.
 *
 * x f32[…] → f32 of the same shape.
 */
export function gelu<Shape extends tf.Tensor>(x: Shape): Shape {
  if (!hasKernel('GeluWithSlope')) return geluPlain(x);
  let slope: tf.Tensor;
  return differentiable(
    [x],
    () => {
      const [y, itsSlope] = runKernels('GeluWithSlope', { x });
      slope = itsSlope;
      return y as Shape;
    },
    () => [slope],
    (dy, [slope]) => [tf.mul(dy, slope)],
  );
}

/** Computes x · ½(1 + erf(x / √2)) by tf ops: the oracle of the kernels. */
export function geluPlain<Shape extends tf.Tensor>(x: Shape): Shape {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
