import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { chain, dropoutNumbers } from '../ops/dropout-hash';
import { registerKernel } from '../ops/register-kernel';

/** Registers y = x · mask / (1 − rate); x f32[rows, width], table i32[rows, 3]. The mask is that of `dropout-hash.ts`. */
export function registerCpuDropout(): void {
  registerKernel('RowDropout', 'cpu', (anyBackend, inputs, attributes) => {
    const backend = anyBackend as MathBackendCPU;
    const [rows, width] = inputs.x.shape as [number, number];
    const x = backend.data.get(inputs.x.dataId).values as Float32Array;
    const table = backend.data.get(inputs.table.dataId).values as Int32Array;
    const [key, threshold, keptScale] = dropoutNumbers(attributes);
    const y = new Float32Array(x.length);
    for (let row = 0; row < rows; row++) {
      const [place, sentence] = [table[3 * row]!, table[3 * row + 2]!];
      const hash = chain(chain(chain(key, sentence), 0), place);
      for (let column = 0; column < width; column++) {
        const at = row * width + column;
        y[at] = chain(hash, column) >>> 0 < threshold ? 0 : x[at]! * keptScale;
      }
    }
    return backend.makeTensorInfo([rows, width], 'float32', y);
  });
}
