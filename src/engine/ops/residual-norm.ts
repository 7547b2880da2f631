import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './run-kernel';
import { differentiableByName } from './differentiable';
import { dropHidden, type HiddenDropout } from './dropout';
import { layerNorm } from './layer-norm';

/**
 * Computes the layer norm of residual + dropout(x), which ends each half of a transformer's layer (Vaswani et al. 2017, §3.1 and §5.4).
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
  const rows = dropout && dropout.rate > 0 ? { table: dropout.batch.table } : {};
  return differentiableByName(
    [x, residual, scale, shift],
    () => {
      const inputs = { x, residual, scale, shift, ...rows };
      const [y, sum, moments] = runKernels('ResidualNorm', inputs, attributes);
      const kept = { sum, scale, ...(moments ? { moments } : {}), ...rows };
      return { output: y, kept };
    },
    (dy, kept) => runKernels('ResidualNormGradient', { ...kept, dy }, attributes),
  );
}

/** Computes the same by dropout, a sum and a layer norm: the oracle of the kernels. */
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

function dropoutAttributes(dropout: HiddenDropout | undefined) {
  return { rate: dropout?.rate ?? 0, place: dropout?.place };
}
