import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';

/**
 * y = x·W + b, the bias added in the product's own pass; dx = dy·Wᵀ, dW = xᵀ·dy, db = Σ_rows dy.
 *
 * x f32[rows, in], weight f32[in, out], bias f32[out] → f32[rows, out].
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return differentiable(
    [x, weight, bias],
    () =>
      hasKernel('Linear')
        ? runKernel('Linear', { x, weight, bias })
        : (tf.fused.matMul({ a: x, b: weight, bias }) as tf.Tensor2D),
    [x, weight],
    (dy, [x, weight]) =>
      hasKernel('LinearGradient')
        ? runKernels('LinearGradient', { x, weight, dy })
        : [tf.matMul(dy, weight, false, true), ...weightGradient(x, dy)],
  );
}

/** [dW, db]. */
function weightGradient(x: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor[] {
  if (hasKernel('WeightGradient')) return runKernels('WeightGradient', { x, dy });
  return [tf.matMul(x, dy, true, false), tf.sum(dy, 0)];
}

/** x·W + b as tf ops: the oracle. */
export function linearPlain(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight), bias);
}
