import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './activations';
import { differentiable } from './differentiable';
import { hasKernel, runKernels } from './run-kernel';

/**
 * Computes an activation of each number:
 *
 * - `gelu`: x · Φ(x), where Φ is the normal distribution function (Hendrycks & Gimpel 2016), as BERT uses it;
 * - `gelu_new`: x · ½(1 + tanh(√(2/π) · (x + 0.044715x³))), the same by their approximation;
 * - `relu`: max(x, 0), whose slope at 0 is 0.
 *
 * x f32[…] → f32 of the same shape.
 */
export function activate<Shape extends tf.Tensor>(x: Shape, activation: Activation): Shape {
  if (!hasKernel('ActivationWithSlope')) return activatePlain(x, activation);
  let slope: tf.Tensor;
  return differentiable(
    [x],
    () => {
      const [y, itsSlope] = runKernels('ActivationWithSlope', { x }, { activation });
      slope = itsSlope;
      return y as Shape;
    },
    () => [slope],
    (dy, [slope]) => [tf.mul(dy, slope)],
  );
}

/** Computes the same by tf ops: the oracle of the kernels. */
export function activatePlain<Shape extends tf.Tensor>(x: Shape, activation: Activation): Shape {
  return PLAIN[activation](x) as Shape;
}

const ROOT_OF_2_BY_PI = Math.sqrt(2 / Math.PI);

const PLAIN: Readonly<Record<Activation, (x: tf.Tensor) => tf.Tensor>> = {
  gelu: (x) => gate(x, tf.erf(tf.mul(x, Math.SQRT1_2))),
  gelu_new: (x) => {
    const cubic = tf.mul(tf.mul(tf.square(x), x), 0.044715);
    return gate(x, tf.tanh(tf.mul(tf.add(x, cubic), ROOT_OF_2_BY_PI)));
  },
  relu: (x) => tf.relu(x),
};

/** Computes x · ½(1 + sigmoid), with a sigmoid from −1 to 1. */
function gate(x: tf.Tensor, sigmoid: tf.Tensor): tf.Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(sigmoid, 1));
}
