import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamwStep } from '../../src/engine/ops/adamw';
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
  registerHostKernel<AdamwInputs, AdamwStep>('AdamW', ['wasm'], (memory, inputs, step) => {
    const output = memory.allocate(inputs.parameter.shape);
    const before = memory.floats(inputs.parameter);
    const after = memory.floats(output);
    const m = memory.floats(inputs.m);
    const v = memory.floats(inputs.v);
    const gradient = memory.floats(inputs.gradient);
    const { beta1, beta2, epsilon, gradientFactor } = step;
    const keep = 1 - step.learningRate * step.weightDecay;
    const rate = step.learningRate / (1 - step.beta1Power);
    const rootCorrection = 1 / Math.sqrt(1 - step.beta2Power);
    for (let i = 0; i < after.length; i++) {
      const g = gradient[i]! * gradientFactor;
      const newM = beta1 * m[i]! + (1 - beta1) * g;
      const newV = beta2 * v[i]! + (1 - beta2) * g * g;
      m[i] = newM;
      v[i] = newV;
      after[i] = before[i]! * keep - (rate * newM) / (Math.sqrt(newV) * rootCorrection + epsilon);
    }
    return output;
  });
}
