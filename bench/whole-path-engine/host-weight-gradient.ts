import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmMemory } from './host-kernel';

/** dW = xᵀ·dy by XNNPACK, and db = Σ_rows dy in f64, without the transpose that tfjs-wasm makes first. x f32[rows, in], dy f32[rows, out]. */
export function registerHostWeightGradient(): void {
  tf.registerKernel({
    kernelName: 'WeightGradient',
    backendName: 'wasm',
    kernelFunc: ({ inputs, backend }) => {
      const [x, dy] = [inputs['x']!, inputs['dy']!];
      const multiply = tf.getKernel('BatchMatMul', 'wasm').kernelFunc;
      const attrs = { transposeA: true, transposeB: false };
      const dW = multiply({ inputs: { a: x, b: dy }, attrs, backend }) as tf.TensorInfo;
      const memory = wasmMemory(backend as BackendWasm);
      const columns = dy.shape[1]!;
      const db = memory.allocate([columns]);
      const numbers = memory.floats(dy);
      const sums = new Float64Array(columns);
      for (let at = 0; at < numbers.length; at += columns) {
        for (let column = 0; column < columns; column++) sums[column]! += numbers[at + column]!;
      }
      memory.floats(db).set(sums);
      return [dW, db];
    },
  });
}
