import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';

/** sums[column] = Σ_row x[row, column], in f64, without the transpose that tfjs-wasm makes first. x f32[rows, columns] → f32[columns]. */
export function registerHostColumnSum(): void {
  registerHostKernel<{ x: TensorInfo }>('ColumnSum', ['wasm'], (memory, inputs) => {
    const columns = inputs.x.shape[1]!;
    const output = memory.allocate([columns]);
    const x = memory.floats(inputs.x);
    const sums = new Float64Array(columns);
    for (let at = 0; at < x.length; at += columns) {
      for (let column = 0; column < columns; column++) sums[column]! += x[at + column]!;
    }
    memory.floats(output).set(sums);
    return output;
  });
}
