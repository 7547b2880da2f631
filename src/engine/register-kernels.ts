import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerCpuAttention } from './cpu/attention';
import { registerCpuDropout } from './cpu/row-dropout';
import { registerGpuAttention } from './webgpu/kernels/attention';
import { registerGpuCrossEntropy } from './webgpu/kernels/cross-entropy';
import { registerGpuElementwise } from './webgpu/kernels/elementwise';
import { registerGpuEmbedding } from './webgpu/kernels/embedding';
import { registerGpuLinear } from './webgpu/products/linear';
import { registerGpuNorms } from './webgpu/kernels/norms';
import { registerWasmKernels } from './wasm/kernels/register-wasm-kernels';

let isDone = false;

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerCpuAttention();
  registerCpuDropout();
  registerWasmKernels();
  registerGpuAttention();
  registerGpuCrossEntropy();
  registerGpuElementwise();
  registerGpuEmbedding();
  registerGpuLinear();
  registerGpuNorms();
}
