import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';

/** Σ x² over every number, in f64. x f32[…] → f32 scalar. */
export function registerHostSumOfSquares(): void {
  registerHostKernel<{ x: TensorInfo }>('SumOfSquares', ['wasm'], (memory, inputs) => {
    const output = memory.allocate([]);
    let sum = 0;
    for (const number of memory.floats(inputs.x)) sum += number * number;
    memory.floats(output)[0] = sum;
    return output;
  });
}
