import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { DropoutAttributes } from '../../ops/dropout-hash';
import type { KernelInputs } from '../../ops/kernel-table';
import type { GpuBackend } from '../device/gpu-backend';
import { isFourfold } from '../code/gpu-kernel';
import { addsGradients } from '../code/kernel-numbers';
import { registerGpuKernel } from '../device/register-gpu-kernel';
import { nameDropout } from './dropout-code';
import { groupsOfNormGradient, normKernels } from './norm-kernels';

const NO_DROPOUT: DropoutAttributes = { rate: 0 };

export function registerGpuNorms(): void {
  registerGpuKernel('LayerNorm', (backend, { x, scale, shift }, { epsilon }) => {
    const [rows, width] = x.shape as [number, number];
    const [y, moments] = [backend.allocate(x.shape), backend.allocate([rows, 2])];
    const tensors = { x, scale, shift, y, moments };
    backend.dispatch(normKernels.layerNorm(width, NO_DROPOUT), tensors, { width, epsilon }, rows);
    return [y, moments];
  });
  registerGpuKernel('LayerNormGradient', (backend, { x, ...others }) => {
    const [dx, , ...sums] = runNormGradient(backend, { sum: x, ...others }, NO_DROPOUT);
    return [dx!, ...sums];
  });
  registerGpuKernel('ResidualNorm', (backend, inputs, { epsilon, ...dropout }) => {
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
  registerGpuKernel('ResidualNormGradient', runNormGradient);
  registerGpuKernel('RowDropout', (backend, { x, table }, dropout) => {
    const y = backend.allocate(x.shape);
    const [rows, width] = x.shape as [number, number];
    const numbers = { width, ...nameDropout(dropout) };
    backend.dispatch(normKernels.rowDropout(width, dropout), { x, table, y }, numbers, rows);
    return y;
  });
}

/** Dispatches the gradient of a norm. @returns dx, dResidual, dScale, dShift */
function runNormGradient(
  backend: GpuBackend,
  inputs: KernelInputs<'ResidualNormGradient', TensorInfo>,
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
  // The base is in elements: every part begins at a multiple of 4 numbers.
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
