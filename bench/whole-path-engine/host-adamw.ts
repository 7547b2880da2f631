import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamwUpdate } from '../../src/engine/ops/adamw';
import { registerHostKernel } from './host-kernel';

interface AdamwInputs {
  parameter: TensorInfo;
  m: TensorInfo;
  v: TensorInfo;
  gradient: TensorInfo;
}

/**
 * `adamwUpdate`'s step in one pass. The moments are written in place: nothing else holds them, and no matmul reads them. The parameter
 * comes out as a new tensor, because the WASM matmul keeps packed weights by tensor.
 */
export function registerHostAdamw(): void {
  registerHostKernel<AdamwInputs, AdamwUpdate>('AdamW', ['wasm'], (memory, inputs, update) => {
    const output = memory.allocate(inputs.parameter.shape);
    const before = memory.floats(inputs.parameter);
    const after = memory.floats(output);
    const m = memory.floats(inputs.m);
    const v = memory.floats(inputs.v);
    const gradient = memory.floats(inputs.gradient);
    const { beta1, rest1, beta2, rest2, epsilon, kept, rate, rootScale, gradientFactor } = update;
    for (let i = 0; i < after.length; i++) {
      const g = gradient[i]! * gradientFactor;
      const newM = beta1 * m[i]! + rest1 * g;
      const newV = beta2 * v[i]! + rest2 * g * g;
      m[i] = newM;
      v[i] = newV;
      after[i] = before[i]! * kept - (rate * newM) / (Math.sqrt(newV) * rootScale + epsilon);
    }
    return output;
  });
}
