import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { registerCpuDropout } from './cpu-dropout';
import { registerWasmAlias } from './wasm-alias';
import { registerWasmAttention } from './wasm-attention';
import { registerWasmElementwise } from './wasm-elementwise';
import { registerWasmMatMul, registerWasmWeightGradient } from './wasm-matmul';
import { registerWasmRows } from './wasm-rows';
import { registerWebgpuDropout } from './webgpu-dropout';

let isDone = false;

/** Registers our kernels for every backend, whichever is started. tfjs-core alone registers no gradients: the import above does. */
export function registerKernels(): void {
  if (isDone) return; // tfjs' registry is global and warns of a second registration
  isDone = true;
  registerCpuDropout();
  registerWasmAlias();
  registerWasmAttention();
  registerWasmElementwise();
  registerWasmMatMul();
  registerWasmRows();
  registerWasmWeightGradient();
  registerWebgpuDropout();
}
