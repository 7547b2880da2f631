import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerHostAdamw } from './host-adamw';
import { registerHostColumnSum } from './host-column-sum';
import { registerHostDropout } from './host-dropout';
import { registerHostGelu } from './host-gelu';
import { registerHostLayerNorm } from './host-layer-norm';
import { registerHostSegmentSum } from './host-segment-sum';
import { registerHostSumOfSquares } from './host-sum-of-squares';
import { registerWasmAlias } from './wasm-alias';
import { registerWasmBatchMatMul } from './wasm-batch-matmul';
import { registerWebgpuDropout } from './webgpu-dropout';

let isDone = false;

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerHostAdamw();
  registerHostColumnSum();
  registerHostDropout();
  registerHostGelu();
  registerHostLayerNorm();
  registerHostSegmentSum();
  registerHostSumOfSquares();
  registerWasmAlias();
  registerWasmBatchMatMul();
  registerWebgpuDropout();
}
