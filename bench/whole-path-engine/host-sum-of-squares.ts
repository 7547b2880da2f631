import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';

/** Σ x² over every number, in f64. x f32[…] → f32 scalar. */
export function registerHostSumOfSquares(): void {
  registerHostKernel<{ x: TensorInfo }>('SumOfSquares', ['wasm'], (memory, inputs) => {
    const output = memory.allocate([]);
    const x = memory.floats(inputs.x);
    const paired = x.length - (x.length % 2);
    // Two sums, because each addition waits for the one before.
    let even = 0;
    let odd = 0;
    for (let i = 0; i < paired; i += 2) {
      even += x[i]! * x[i]!;
      odd += x[i + 1]! * x[i + 1]!;
    }
    if (paired < x.length) even += x[paired]! * x[paired]!;
    memory.floats(output)[0] = even + odd;
    return output;
  });
}
