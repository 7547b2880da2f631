import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DropoutAttributes } from '../../ops/dropout-hash';
import type { GpuBackend } from '../device/gpu-backend';
import { addsGradients, isFourfold, nameDropout, registerGpuKernel } from './webgpu-kernel';
import { groupsOfNormGradient, normKernels } from './norm-kernels';

const NO_DROPOUT: DropoutAttributes = { rate: 0 };

/** Only where hidden states are dropped. */
interface RowPlaces {
  /** i32[rows, 3], of a `RowLayout`. */
  table?: TensorInfo;
}

export function registerGpuNorms(): void {
  registerGpuKernel<Record<'x' | 'scale' | 'shift', TensorInfo>, { epsilon: number }>(
    'LayerNorm',
    (backend, { x, scale, shift }, { epsilon }) => {
      const [rows, width] = x.shape as [number, number];
      const [y, moments] = [backend.allocate(x.shape), backend.allocate([rows, 2])];
      const tensors = { x, scale, shift, y, moments };
      backend.dispatch(normKernels.layerNorm(width, NO_DROPOUT), tensors, { width, epsilon }, rows);
      return [y, moments];
    },
  );
  registerGpuKernel<Record<'x' | 'moments' | 'scale' | 'dy', TensorInfo>>(
    'LayerNormGradient',
    (backend, { x, ...others }) => {
      const [dx, , ...sums] = runNormGradient(backend, { sum: x, ...others }, NO_DROPOUT);
      return [dx!, ...sums];
    },
  );
  registerGpuKernel<
    Record<'x' | 'residual' | 'scale' | 'shift', TensorInfo> & RowPlaces,
    DropoutAttributes & { epsilon: number }
  >('ResidualNorm', (backend, inputs, { epsilon, ...dropout }) => {
    const [rows, width] = inputs.x.shape as [number, number];
    const [y, sum] = [backend.allocate(inputs.x.shape), backend.allocate(inputs.x.shape)];
    const moments = backend.allocate([rows, 2]);
    backend.dispatch(
      normKernels.residualNorm(width, dropout),
      { ...inputs, y, sum, moments },
      { width, epsilon, ...nameDropout(dropout) },
      rows,
    );
    return [y, sum, moments];
  });
  registerGpuKernel<
    Record<'sum' | 'moments' | 'scale' | 'dy', TensorInfo> & RowPlaces,
    DropoutAttributes & { epsilon: number }
  >('ResidualNormGradient', runNormGradient);
  registerGpuKernel<Record<'x' | 'table', TensorInfo>, DropoutAttributes>(
    'RowDropout',
    (backend, { x, table }, dropout) => {
      const y = backend.allocate(x.shape);
      const [rows, width] = x.shape as [number, number];
      const numbers = { width, ...nameDropout(dropout) };
      backend.dispatch(normKernels.rowDropout(width, dropout), { x, table, y }, numbers, rows);
      return y;
    },
  );
}

/** [dx, dResidual, dScale, dShift]. */
function runNormGradient(
  backend: GpuBackend,
  inputs: Record<'sum' | 'moments' | 'scale' | 'dy', TensorInfo> & RowPlaces,
  dropout: DropoutAttributes,
): TensorInfo[] {
  const [rows, width] = inputs.sum.shape as [number, number];
  const dSum = backend.allocate(inputs.sum.shape);
  const isDropped = dropout.rate > 0;
  const dx = isDropped ? backend.allocate(inputs.sum.shape) : backend.alias(dSum);
  const [dScale, dShift] = backend.allocateStack([width], 2) as [TensorInfo, TensorInfo];
  const scaleAt = backend.placeOf(dScale);
  const shiftAt = backend.placeOf(dShift);
  const dScaleAndShift = { ...scaleAt, size: shiftAt.offset + shiftAt.size - scaleAt.offset };
  // In elements: a multiple of 4 numbers, as every part's place is.
  const elementNumbers = isFourfold(width) ? 4 : 1;
  const shiftBase = (shiftAt.offset - scaleAt.offset) / 4 / elementNumbers;
  backend.dispatch(
    normKernels.gradient(width, dropout),
    { ...inputs, dSum, dScaleAndShift, ...(isDropped ? { dx } : {}) },
    { rows, width, shiftBase, adds: addsGradients, ...nameDropout(dropout) },
    groupsOfNormGradient(rows, width),
  );
  return [dx, dSum, dScale, dShift];
}
