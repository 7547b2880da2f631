import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';

/**
 * sums[s, column] = Σ x[row, column] over rows with segmentIds[row] = s: the gradient of a lookup, which tfjs-wasm lacks.
 *
 * x f32[rows, …], segmentIds i32[rows] → f32[numSegments, …]. Rows whose id is outside [0, numSegments) are skipped.
 */
export function registerHostSegmentSum(): void {
  registerHostKernel<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>(
    'UnsortedSegmentSum',
    ['wasm'],
    (memory, inputs, { numSegments }) => {
      const [rows, ...inner] = inputs.x.shape as [number, ...number[]];
      const output = memory.allocate([numSegments, ...inner]);
      const x = memory.floats(inputs.x);
      const segmentIds = memory.ints(inputs.segmentIds);
      const sums = memory.floats(output).fill(0); // the heap is not cleared
      const width = sums.length / numSegments;
      for (let row = 0; row < rows; row++) {
        const segment = segmentIds[row]!;
        if (segment < 0 || segment >= numSegments) continue;
        let to = segment * width;
        for (let from = row * width; from < (row + 1) * width; from++, to++)
          sums[to] = sums[to]! + x[from]!;
      }
      return output;
    },
  );
}
