import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { KernelAttributes, KernelInputs, KernelName } from '../../ops/kernel-table';
import { registerKernel } from '../../ops/register-kernel';
import type { GpuBackend } from './gpu-backend';

/** Registers a kernel of ours for WebGPU; `run` dispatches one or several kernels in WGSL. */
export function registerGpuKernel<Name extends KernelName>(
  kernelName: Name,
  run: (
    backend: GpuBackend,
    inputs: KernelInputs<Name, TensorInfo>,
    attributes: KernelAttributes<Name>,
  ) => TensorInfo | TensorInfo[],
): void {
  registerKernel(kernelName, 'webgpu', (backend, inputs, attributes) =>
    run(backend as GpuBackend, inputs, attributes),
  );
}
