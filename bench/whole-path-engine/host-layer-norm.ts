import type { TensorInfo } from '@tensorflow/tfjs-core';
import { registerHostKernel } from './host-kernel';

/**
 * y = x̂ · scale + shift with x̂ = (x − mean) / √(variance + epsilon) over each row, in f64.
 *
 * Backward, with g = dy · scale: dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + epsilon), dScale = Σ_rows dy · x̂,
 * dShift = Σ_rows dy. Mean and variance are found again: reading a row twice costs less than keeping them.
 *
 * x, dy f32[rows, width]; scale, shift f32[width].
 */
export function registerHostLayerNorm(): void {
  registerHostKernel<{ x: TensorInfo; scale: TensorInfo; shift: TensorInfo }, { epsilon: number }>(
    'LayerNorm',
    ['wasm'],
    (memory, inputs, { epsilon }) => {
      const output = memory.allocate(inputs.x.shape);
      const width = inputs.x.shape[1]!;
      const x = memory.floats(inputs.x);
      const y = memory.floats(output);
      const scale = memory.floats(inputs.scale);
      const shift = memory.floats(inputs.shift);
      for (let at = 0; at < x.length; at += width) {
        const mean = rowMean(x, at, width);
        const inverse = inverseDeviation(x, at, width, mean, epsilon);
        for (let i = 0; i < width; i++)
          y[at + i] = (x[at + i]! - mean) * inverse * scale[i]! + shift[i]!;
      }
      return [output];
    },
  );
  registerHostKernel<{ x: TensorInfo; scale: TensorInfo; dy: TensorInfo }, { epsilon: number }>(
    'LayerNormGradient',
    ['wasm'],
    (memory, inputs, { epsilon }) => {
      const width = inputs.x.shape[1]!;
      const outputs = [
        memory.allocate(inputs.x.shape),
        memory.allocate([width]),
        memory.allocate([width]),
      ] as const;
      const x = memory.floats(inputs.x);
      const dy = memory.floats(inputs.dy);
      const scale = memory.floats(inputs.scale);
      const dx = memory.floats(outputs[0]);
      const dScale = new Float64Array(width);
      const dShift = new Float64Array(width);
      for (let at = 0; at < x.length; at += width) {
        const mean = rowMean(x, at, width);
        const inverse = inverseDeviation(x, at, width, mean, epsilon);
        let sumG = 0;
        let sumGx = 0;
        for (let i = 0; i < width; i++) {
          const normal = (x[at + i]! - mean) * inverse;
          const g = dy[at + i]! * scale[i]!;
          sumG += g;
          sumGx += g * normal;
          dScale[i]! += dy[at + i]! * normal;
          dShift[i]! += dy[at + i]!;
        }
        for (let i = 0; i < width; i++) {
          const normal = (x[at + i]! - mean) * inverse;
          dx[at + i] =
            (dy[at + i]! * scale[i]! - sumG / width - (normal * sumGx) / width) * inverse;
        }
      }
      memory.floats(outputs[1]).set(dScale);
      memory.floats(outputs[2]).set(dShift);
      return [...outputs];
    },
  );
}

function rowMean(x: Float32Array, at: number, width: number): number {
  let sum = 0;
  for (let i = at; i < at + width; i++) sum += x[i]!;
  return sum / width;
}

function inverseDeviation(
  x: Float32Array,
  at: number,
  width: number,
  mean: number,
  epsilon: number,
): number {
  let squares = 0;
  for (let i = at; i < at + width; i++) squares += (x[i]! - mean) * (x[i]! - mean);
  return 1 / Math.sqrt(squares / width + epsilon);
}
