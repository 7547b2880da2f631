import { registerWasmAlias } from './wasm-alias';
import { registerWasmAttention } from './wasm-attention';
import { registerWasmElementwise } from './wasm-elementwise';
import {
  registerWasmMatMul,
  registerWasmQueryKeyValue,
  registerWasmWeightGradient,
} from './wasm-matmul';
import { registerWasmRows } from './wasm-rows';

/** Ours of the CPU engine, some in place of tfjs' own. */
export function registerWasmKernels(): void {
  registerWasmAlias();
  registerWasmAttention();
  registerWasmElementwise();
  registerWasmMatMul();
  registerWasmQueryKeyValue();
  registerWasmRows();
  registerWasmWeightGradient();
}
