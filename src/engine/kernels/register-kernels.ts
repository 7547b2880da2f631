import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerHostDropout } from './host-dropout';
import { registerHostSegmentSum } from './host-segment-sum';
import { registerWasmBatchMatMul } from './wasm-batch-matmul';
import { registerWebgpuDropout } from './webgpu-dropout';

let isDone = false;

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerHostDropout();
  registerWebgpuDropout();
  registerHostSegmentSum();
  registerWasmBatchMatMul();
}
