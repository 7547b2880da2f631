import { defineKernel } from '../code/gpu-kernel';

const LANES = 64;
/** Groups of a dispatch of `addSquares`. */
export const NORM_GROUPS = 256;
/** Sums that the squares are added up in: one for each lane, whatever the size of the buffers. */
export const NORM_SUMS = NORM_GROUPS * LANES;

/**
 * Computes sums[lane] = Σ x² over this lane's vectors, in order. They are every 16384th vector of all buffers together, so that sums do not depend
 * on where buffers end. `first` counts the vectors in the buffers before this one, whose sums are carried on; 0 begins anew.
 */
export const addSquaresKernel = defineKernel({
  name: 'addSquares',
  lanes: LANES,
  tensors: { x: 'read vec4f', sums: 'write f32' },
  numbers: { vectors: 'u32', first: 'u32' },
  code: `
  let at = group * ${LANES}u + lane;
  var sum = 0.0;
  if (numbers.first > 0u) { sum = sums[at]; }
  let start = (at + ${NORM_SUMS}u - numbers.first % ${NORM_SUMS}u) % ${NORM_SUMS}u;
  for (var i = start; i < numbers.vectors; i += ${NORM_SUMS}u) { sum += dot(x[i], x[i]); }
  sums[at] = sum;`,
});

/** Lanes of the one group that adds these sums up. */
const SUM_LANES = 256;

/**
 * Computes results[0] = norm = √ Σ parts / lossScale and results[1], the factor that brings gradients down to `clipNorm`
 * (torch.nn.utils.clip_grad_norm_; 0 never clips) and out of their loss scale. A loss that is no finite number takes the place of the norm, so
 * that no parameter moves then. There is one group.
 */
export const clipKernel = defineKernel({
  name: 'clip',
  lanes: SUM_LANES,
  tensors: { parts: 'read f32', loss: 'read f32', results: 'write f32' },
  numbers: { count: 'u32', clipNorm: 'f32', lossScale: 'f32' },
  functions: `var<workgroup> sums: array<f32, ${SUM_LANES}>;`,
  code: `
  var sum = 0.0;
  for (var i = lane; i < numbers.count; i += ${SUM_LANES}u) { sum += parts[i]; }
  sums[lane] = sum;
  workgroupBarrier();
  if (lane > 0u) { return; }
  for (var i = 1u; i < ${SUM_LANES}u; i++) { sum += sums[i]; }
  let norm = sqrt(sum) / numbers.lossScale;
  let isFinite = (bitcast<u32>(loss[0]) & 0x7f800000u) != 0x7f800000u;
  results[0] = select(loss[0], norm, isFinite);
  results[1] = select(1.0, min(1.0, numbers.clipNorm / (norm + 1e-6)), numbers.clipNorm > 0.0) / numbers.lossScale;`,
});
