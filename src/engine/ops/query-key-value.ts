import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';
import { linear } from './linear';

/** Three tensors of one shape: for query, key and value. */
export type Triple<Shape extends tf.Tensor> = readonly [Shape, Shape, Shape];

/**
 * Computes x·W + b for query, key and value, which read the same states.
 *
 * x f32[rows, hidden], weights f32[hidden, hidden], biases f32[hidden] → f32[3, rows, hidden].
 */
export function queryKeyValue(
  x: tf.Tensor2D,
  weights: Triple<tf.Tensor2D>,
  biases: Triple<tf.Tensor1D>,
): tf.Tensor3D {
  if (!hasKernel('QueryKeyValue')) return queryKeyValuePlain(x, weights, biases);
  const [weight0, weight1, weight2] = weights;
  const [bias0, bias1, bias2] = biases;
  const inputs = { x, weight0, weight1, weight2, bias0, bias1, bias2 };
  return differentiable(
    [x, ...weights, ...biases],
    () => runKernel('QueryKeyValue', inputs),
    [x, weight0, weight1, weight2],
    (dy, [x, weight0, weight1, weight2]) =>
      runKernels('QueryKeyValueGradient', { x, weight0, weight1, weight2, dy }),
  );
}

/** Computes the same by three linear layers: the oracle of the kernels. */
export function queryKeyValuePlain(
  x: tf.Tensor2D,
  weights: Triple<tf.Tensor2D>,
  biases: Triple<tf.Tensor1D>,
): tf.Tensor3D {
  return tf.stack(weights.map((weight, i) => linear(x, weight, biases[i]!))) as tf.Tensor3D;
}
