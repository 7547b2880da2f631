import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';

/**
 * Computes y = x·W + b; the bias is added in the product's own pass. Its gradients are dx = dy·Wᵀ, dW = xᵀ·dy and db = Σ_rows dy.
 *
 * x f32[rows, in], weight f32[in, out], bias f32[out] → f32[rows, out].
 *
 * @example
 *   linear(tf.tensor2d([[1, 2]]), tf.tensor2d([[1], [10]]), tf.tensor1d([100])) // → [[121]]
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

/** Computes the gradients of weight and bias. @returns dW, db */
function weightGradient(x: tf.Tensor2D, dy: tf.Tensor2D): tf.Tensor[] {
  if (hasKernel('WeightGradient')) return runKernels('WeightGradient', { x, dy });
  return [tf.matMul(x, dy, true, false), tf.sum(dy, 0)];
}

/** Computes x·W + b by tf ops: the oracle of the kernels. */
export function linearPlain(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor2D {
  return tf.add(tf.matMul(x, weight), bias);
}
