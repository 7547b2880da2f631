import type { TensorInfo } from '@tensorflow/tfjs-core';
import { chain, dropThreshold } from '../../src/engine/ops/dropout-hash';
import { registerHostKernel } from './host-kernel';

export interface DropoutAttributes {
  rate: number;
  /** From `siteKey`. */
  key: number;
}

/** y = x · mask / (1 − rate); x f32[batch, groups, lines, columns], rows i32[batch]. The mask is that of `dropout-hash.ts`. */
export function registerHostDropout(): void {
  registerHostKernel<{ x: TensorInfo; rows: TensorInfo }, DropoutAttributes>(
    'CounterDropout',
    ['cpu', 'wasm'],
    (memory, inputs, { rate, key }) => {
      const [, groups, lines, columns] = inputs.x.shape as [number, number, number, number];
      const output = memory.allocate(inputs.x.shape);
      const x = memory.floats(inputs.x);
      const y = memory.floats(output);
      const rows = memory.ints(inputs.rows);
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
      return output;
    },
  );
}
