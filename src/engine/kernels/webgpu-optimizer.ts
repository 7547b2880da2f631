import { defineKernel } from '../webgpu/gpu-kernel';

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
 * norm = √ Σ parts and the factor that brings it down to `clipNorm` (torch.nn.utils.clip_grad_norm_; 0 never clips): results[0] and [1].
 * One group.
 */
export const clipKernel = defineKernel({
  name: 'clip',
  lanes: SQUARE_LANES,
  tensors: { parts: 'read f32', results: 'write f32' },
  numbers: { count: 'u32', clipNorm: 'f32' },
  functions: `var<workgroup> sums: array<f32, ${SQUARE_LANES}>;`,
  code: `
  var sum = 0.0;
  for (var i = lane; i < numbers.count; i += ${SQUARE_LANES}u) { sum += parts[i]; }
  ${sumOverLanes}
  let norm = sqrt(sum);
  results[0] = norm;
  results[1] = select(1.0, min(1.0, numbers.clipNorm / (norm + 1e-6)), numbers.clipNorm > 0.0);`,
});

/**
 * One step of AdamW over many parameters at once: see ops/adamw.ts. A gradient whose norm is no finite number moves nothing. Vectors from
 * `decayed` on do not decay.
 */
export const adamwKernel = defineKernel({
  name: 'adamw',
  lanes: 64,
  tensors: {
    parameters: 'write vec4f',
    m: 'write vec4f',
    v: 'write vec4f',
    gradients: 'read vec4f',
    results: 'read f32',
  },
  numbers: {
    ...({ vectors: 'u32', decayed: 'u32', step: 'u32' } as const),
    ...({ beta1: 'f32', rest1: 'f32', beta2: 'f32', rest2: 'f32', epsilon: 'f32' } as const),
    ...({ kept: 'f32', rate: 'f32', rootScale: 'f32' } as const),
  },
  code: `
  if ((bitcast<u32>(results[0]) & 0x7f800000u) == 0x7f800000u) { return; }
  let factor = results[1];
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) {
    let g = gradients[i] * factor;
    let newM = numbers.beta1 * m[i] + numbers.rest1 * g;
    let newV = numbers.beta2 * v[i] + numbers.rest2 * g * g;
    m[i] = newM;
    v[i] = newV;
    let decay = select(1.0, numbers.kept, i < numbers.decayed);
    parameters[i] = parameters[i] * decay - numbers.rate * newM / (sqrt(newV) * numbers.rootScale + numbers.epsilon);
  }`,
});
