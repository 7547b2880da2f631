import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';
import { geluSlope, normalDistribution } from './normal-pieces';

/** y = x · Φ(x) and dx = dy · (Φ(x) + x · φ(x)), element by element; all f32 of one shape. */
export function registerHostGelu(): void {
  registerHostKernel<{ x: TensorInfo }>('Gelu', ['wasm'], (memory, inputs) => {
    const output = memory.allocate(inputs.x.shape);
    const x = memory.floats(inputs.x);
    const y = memory.floats(output);
    for (let i = 0; i < y.length; i++) y[i] = x[i]! * normalDistribution(x[i]!);
    return output;
  });
  registerHostKernel<{ x: TensorInfo; dy: TensorInfo }>(
    'GeluGradient',
    ['wasm'],
    (memory, inputs) => {
      const output = memory.allocate(inputs.x.shape);
      const x = memory.floats(inputs.x);
      const dy = memory.floats(inputs.dy);
      const dx = memory.floats(output);
      for (let i = 0; i < dx.length; i++) dx[i] = dy[i]! * geluSlope(x[i]!);
      return output;
    },
  );
}
