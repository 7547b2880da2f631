import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from '../kernels/run-kernel';
import { differentiable } from './differentiable';
import { dropout } from './dropout';
import { siteKey, type DropoutPlace } from './dropout-hash';
import { layerNorm } from './layer-norm';

/** Which hidden states are dropped: see `dropout`. */
export interface HiddenDropout {
  rate: number;
  place: DropoutPlace;
  /** i32[batch]. */
  rows: tf.Tensor1D;
}

/**
 * Layer norm of residual + dropout(x), as each half of a transformer's layer ends (Vaswani et al. 2017, §3.1 and §5.4).
 *
 * x, residual f32[batch · pieces, width], scale and shift f32[width] → f32[batch · pieces, width].
 */
export function residualNorm(
  x: tf.Tensor2D,
  residual: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  dropout?: HiddenDropout,
): tf.Tensor2D {
  if (!hasKernel('ResidualNorm'))
    return residualNormPlain(x, residual, scale, shift, epsilon, dropout);
  const attributes = {
    epsilon,
    rate: dropout?.rate ?? 0,
    key: dropout ? siteKey(dropout.place) : 0,
  };
  const rows = dropout ? { rows: dropout.rows } : {};
  let sum: tf.Tensor;
  return differentiable(
    [x, residual, scale, shift],
    () => {
      const inputs = { x, residual, scale, shift, ...rows };
      const [y, itsSum] = runKernels('ResidualNorm', inputs, attributes);
      sum = itsSum!;
      return y as tf.Tensor2D;
    },
    () => [sum, scale, ...Object.values(rows)],
    (dy, [sum, scale, rows]) => {
      const inputs = { sum, scale, dy, ...(rows ? { rows } : {}) };
      return runKernels('ResidualNormGradient', inputs, attributes);
    },
  );
}

/** The same of dropout, a sum and a layer norm: the oracle. */
export function residualNormPlain(
  x: tf.Tensor2D,
  residual: tf.Tensor2D,
  scale: tf.Tensor1D,
  shift: tf.Tensor1D,
  epsilon: number,
  dropout?: HiddenDropout,
): tf.Tensor2D {
  const dropped = dropout ? dropHidden(x, dropout) : x;
  return layerNorm(tf.add(residual, dropped), scale, shift, epsilon);
}

/** Dropout of hidden states f32[batch · pieces, width]. */
export function dropHidden(states: tf.Tensor2D, { rate, place, rows }: HiddenDropout): tf.Tensor2D {
  const [all, width] = states.shape;
  const sentences = tf.reshape<tf.Rank.R3>(states, [rows.size, all / rows.size, width]);
  return tf.reshape(dropout(sentences, rate, place, rows), states.shape);
}
