import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';
import { geluSlope, normalDistribution } from './normal-pieces';

/** y = x · Φ(x), and its slope Φ(x) + x · φ(x), element by element; all f32 of one shape. */
export function registerHostGelu(): void {
  registerHostKernel<{ x: TensorInfo }>('GeluWithSlope', ['wasm'], (memory, inputs) => {
    const outputs = [memory.allocate(inputs.x.shape), memory.allocate(inputs.x.shape)] as const;
    const x = memory.floats(inputs.x);
    const [y, slope] = [memory.floats(outputs[0]), memory.floats(outputs[1])];
    for (let i = 0; i < y.length; i++) {
      y[i] = x[i]! * normalDistribution(x[i]!);
      slope[i] = geluSlope(x[i]!);
    }
    return [...outputs];
  });
}
