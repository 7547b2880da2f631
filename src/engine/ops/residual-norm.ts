import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './run-kernel';
import { differentiableByName } from './differentiable';
import { dropout } from './dropout';
import type { DropoutPlace } from './dropout-hash';
import { layerNorm } from './layer-norm';
import type { RowLayout } from './row-layout';

/** Which hidden states are dropped: see `dropout`. */
export interface HiddenDropout {
  rate: number;
  place: DropoutPlace;
  layout: RowLayout;
}

/**
 * Layer norm of residual + dropout(x), as each half of a transformer's layer ends (Vaswani et al. 2017, §3.1 and §5.4).
 *
 * x, residual f32[rows, width], scale and shift f32[width] → f32[rows, width].
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
  const attributes = { epsilon, ...dropoutAttributes(dropout) };
  const rows = dropout && dropout.rate > 0 ? { table: dropout.layout.table } : {};
  return differentiableByName(
    [x, residual, scale, shift],
    () => {
      const inputs = { x, residual, scale, shift, ...rows };
      const [y, sum, moments] = runKernels('ResidualNorm', inputs, attributes);
      const kept = { sum: sum!, scale, ...(moments ? { moments } : {}), ...rows };
      return { output: y as tf.Tensor2D, kept };
    },
    (dy, kept) => runKernels('ResidualNormGradient', { ...kept, dy }, attributes),
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

/** Dropout of hidden states f32[rows, width]. */
export function dropHidden(states: tf.Tensor2D, dropout: HiddenDropout): tf.Tensor2D {
  if (dropout.rate === 0) return states;
  if (!hasKernel('RowDropout')) return dropPadded(states, dropout);
  const attributes = dropoutAttributes(dropout);
  const rows = { table: dropout.layout.table };
  return differentiableByName(
    [states],
    () => ({
      output: runKernel('RowDropout', { x: states, ...rows }, attributes),
      kept: rows,
    }),
    (dy, rows) => [runKernel('RowDropout', { x: dy, ...rows }, attributes)],
  );
}

function dropPadded(states: tf.Tensor2D, { rate, place, layout }: HiddenDropout): tf.Tensor2D {
  const { batch, longest, padded } = layout;
  if (!padded) throw new Error('Dropout as tf ops needs padded rows.');
  const sentences = tf.reshape<tf.Rank.R3>(states, [batch, longest, states.shape[1]]);
  return tf.reshape(dropout(sentences, rate, place, padded.sentences), states.shape);
}

function dropoutAttributes(dropout: HiddenDropout | undefined) {
  return { rate: dropout?.rate ?? 0, place: dropout?.place };
}
