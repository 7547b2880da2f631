import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AdamwStep } from '../ops/adamw';
import { defineKernel } from '../webgpu/gpu-kernel';
import { registerGpuKernel, sizeOf } from './webgpu-kernel';

/** Parts that the sum of squares is made of, whatever the size: each lane of 64 groups takes every 4096th number. */
export const SQUARE_GROUPS = 64;
const SQUARE_LANES = 64;

/** Adds a lane's sum up over its group, in order, into lane 0's. */
const sumOverLanes = `
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  for (var i = 1u; i < ${SQUARE_LANES}u; i++) { sum += sums[i]; }`;

/** parts[base + group] = Σ x² over the numbers of a group. */
export const sumOfSquaresKernel = defineKernel({
  name: 'sumOfSquares',
  lanes: SQUARE_LANES,
  tensors: { x: 'read vec4f', parts: 'write f32' },
  numbers: { vectors: 'u32', base: 'u32' },
  functions: `var<workgroup> sums: array<f32, ${SQUARE_LANES}>;`,
  code: `
  var sum = 0.0;
  for (var i = group * ${SQUARE_LANES}u + lane; i < numbers.vectors; i += ${SQUARE_GROUPS * SQUARE_LANES}u) {
    sum += dot(x[i], x[i]);
  }
  ${sumOverLanes}
  parts[numbers.base + group] = sum;`,
});

/**
 * norm = √ Σ parts / lossScale and the factor that brings gradients down to `clipNorm` (torch.nn.utils.clip_grad_norm_; 0 never clips) and
 * out of their loss scale: results[0] and [1]. One group.
 */
export const clipKernel = defineKernel({
  name: 'clip',
  lanes: SQUARE_LANES,
  tensors: { parts: 'read f32', results: 'write f32' },
  numbers: { count: 'u32', clipNorm: 'f32', lossScale: 'f32' },
  functions: `var<workgroup> sums: array<f32, ${SQUARE_LANES}>;`,
  code: `
  var sum = 0.0;
  for (var i = lane; i < numbers.count; i += ${SQUARE_LANES}u) { sum += parts[i]; }
  ${sumOverLanes}
  let norm = sqrt(sum) / numbers.lossScale;
  results[0] = norm;
  results[1] = select(1.0, min(1.0, numbers.clipNorm / (norm + 1e-6)), numbers.clipNorm > 0.0) / numbers.lossScale;`,
});

/** One step of AdamW for the number or vector `i`: see ops/adamw.ts. `factor` and `decay` are declared by then. */
const adamwOf = `
    let g = gradients[i] * factor;
    let newM = numbers.beta1 * m[i] + numbers.rest1 * g;
    let newV = numbers.beta2 * v[i] + numbers.rest2 * g * g;
    m[i] = newM;
    v[i] = newV;
    parameters[i] = parameters[i] * decay - numbers.rate * newM / (sqrt(newV) * numbers.rootScale + numbers.epsilon);`;

const adamwForms = {
  ...({ beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32', epsilon: 'f32' } as const),
  ...({ kept: 'f32', rate: 'f32', rootScale: 'f32' } as const),
};

/** The numbers of a step as its kernels take them. */
export function adamwNumbers(step: Omit<AdamwStep, 'gradientFactor'>) {
  const { beta1, beta2, epsilon, learningRate, weightDecay, beta1Power, beta2Power } = step;
  return {
    ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon },
    kept: 1 - learningRate * weightDecay,
    rate: learningRate / (1 - beta1Power),
    rootScale: 1 / Math.sqrt(1 - beta2Power),
  };
}

/**
 * A step of many parameters at once, with the norm and factor that `clipKernel` left. A norm that is no finite number moves nothing. Vectors
 * from `decayed` on do not decay.
 */
export const flatAdamwKernel = defineKernel({
  name: 'adamw',
  variant: 'flat',
  lanes: 64,
  tensors: {
    ...({ parameters: 'write vec4f', m: 'write vec4f', v: 'write vec4f' } as const),
    ...({ gradients: 'read vec4f', results: 'read f32' } as const),
  },
  numbers: { ...({ vectors: 'u32', decayed: 'u32', step: 'u32' } as const), ...adamwForms },
  code: `
  if ((bitcast<u32>(results[0]) & 0x7f800000u) == 0x7f800000u) { return; }
  let factor = results[1];
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) {
    let decay = select(1.0, numbers.kept, i < numbers.decayed);
    ${adamwOf}
  }`,
});

/** Parameters as their copy in half precision has them. */
export const roundToHalfKernel = defineKernel({
  name: 'roundToHalf',
  lanes: 64,
  tensors: { source: 'read vec4f', copy: 'write vec4f or half' },
  numbers: { vectors: 'u32', step: 'u32' },
  code: `
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) { set_copy(i, source[i]); }`,
});

/** A step of one parameter. */
const adamwKernel = defineKernel({
  name: 'adamw',
  variant: 'single',
  lanes: 64,
  tensors: {
    ...({ parameters: 'write f32', m: 'write f32', v: 'write f32' } as const),
    ...({ gradients: 'read f32' } as const),
  },
  numbers: { ...({ size: 'u32', factor: 'f32' } as const), ...adamwForms },
  code: `
  let i = group * 64u + lane;
  if (i >= numbers.size) { return; }
  let factor = numbers.factor;
  let decay = numbers.kept;
  ${adamwOf}`,
});

/** AdamW for a single parameter, in place as on the CPU. */
export function registerGpuOptimizer(): void {
  registerGpuKernel<Record<'parameter' | 'm' | 'v' | 'gradient', TensorInfo>, AdamwStep>(
    'AdamW',
    (backend, { parameter, m, v, gradient }, step) => {
      const size = sizeOf(parameter);
      backend.dispatch(
        adamwKernel,
        { parameters: parameter, m, v, gradients: gradient },
        { size, factor: step.gradientFactor, ...adamwNumbers(step) },
        Math.ceil(size / 64),
      );
      return backend.alias(parameter);
    },
  );
}
