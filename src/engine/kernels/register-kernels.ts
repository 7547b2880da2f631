import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerCpuDropout } from './cpu-dropout';
import { registerGpuAttention } from './webgpu-attention';
import { registerGpuCrossEntropy } from './webgpu-cross-entropy';
import { registerGpuElementwise } from './webgpu-elementwise';
import { registerGpuEmbedding } from './webgpu-embedding';
import { registerGpuLinear } from './webgpu-linear';
import { registerGpuNorms } from './webgpu-norms';
import { registerGpuOptimizer } from './webgpu-optimizer';
import { registerWasmKernels } from './register-wasm-kernels';

let isDone = false;

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerCpuDropout();
  registerWasmKernels();
  registerGpuAttention();
  registerGpuCrossEntropy();
  registerGpuElementwise();
  registerGpuEmbedding();
  registerGpuLinear();
  registerGpuNorms();
  registerGpuOptimizer();
}
