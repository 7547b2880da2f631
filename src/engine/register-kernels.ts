import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerCpuAttention } from './cpu/attention';
import { registerCpuDropout } from './cpu/row-dropout';
import { registerWasmKernels } from './wasm/kernels/register-wasm-kernels';
import { registerGpuKernels } from './webgpu/register-gpu-kernels';

let isDone = false;

/**
 * Registers our kernels for every backend, whichever is started. The import above registers tfjs' gradients, which tfjs-core alone does not.
 */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerCpuAttention();
  registerCpuDropout();
  registerWasmKernels();
  registerGpuKernels();
}
