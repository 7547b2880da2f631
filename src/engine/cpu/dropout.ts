import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { chain, dropThreshold } from '../ops/dropout-hash';
import { registerKernel } from '../ops/register-kernel';

/** Registers y = x · mask / (1 − rate); x f32[batch, groups, lines, columns], rows i32[batch]. The mask is that of `dropout-hash.ts`. */
export function registerCpuDropout(): void {
  registerKernel('CounterDropout', 'cpu', (anyBackend, inputs, { rate, key }) => {
    const backend = anyBackend as MathBackendCPU;
    const [, groups, lines, columns] = inputs.x.shape as [number, number, number, number];
    const x = backend.data.get(inputs.x.dataId).values as Float32Array;
    const rows = backend.data.get(inputs.rows.dataId).values as Int32Array;
    const y = new Float32Array(x.length);
    const threshold = dropThreshold(rate);
    const scale = 1 / (1 - rate);
    let at = 0;
    for (const row of rows) {
      const rowHash = chain(key, row);
      for (let group = 0; group < groups; group++) {
        const groupHash = chain(rowHash, group);
        for (let line = 0; line < lines; line++) {
          const lineHash = chain(groupHash, line);
          for (let column = 0; column < columns; column++, at++) {
            y[at] = chain(lineHash, column) >>> 0 < threshold ? 0 : x[at]! * scale;
          }
        }
      }
    }
    return backend.makeTensorInfo(inputs.x.shape, 'float32', y);
  });
}
