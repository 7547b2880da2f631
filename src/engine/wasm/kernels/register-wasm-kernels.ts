import { registerWasmAlias } from './alias';
import { registerWasmAttention } from './attention';
import { registerWasmElementwise } from './elementwise';
import {
  registerWasmMatMul,
  registerWasmQueryKeyValue,
  registerWasmWeightGradient,
} from './matmul';
import { registerWasmRows } from './rows';

/** Registers our kernels for the CPU engine, some in front of tfjs' own. */
export function registerWasmKernels(): void {
  registerWasmAlias();
  registerWasmAttention();
  registerWasmElementwise();
  registerWasmMatMul();
  registerWasmQueryKeyValue();
  registerWasmRows();
  registerWasmWeightGradient();
}
