import type { AdamwStep } from '../../ops/adamw';
import { defineKernel } from '../code/gpu-kernel';
import { sizeOf } from '../../ops/register-kernel';
import { registerGpuKernel } from '../device/register-gpu-kernel';

/** One step of AdamW for the number or vector `i`: see ops/adamw.ts. `factor` and `decay` are declared by then. */
const ADAMW_OF = `
    let g = gradients[i] * factor;
    let newM = numbers.beta1 * m[i] + numbers.rest1 * g;
    let newV = numbers.beta2 * v[i] + numbers.rest2 * g * g;
    m[i] = newM;
    v[i] = newV;
    parameters[i] = parameters[i] * decay - numbers.rate * newM / (sqrt(newV) * numbers.rootScale + numbers.epsilon);`;

const ADAMW_FORMS = {
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
  numbers: { ...({ vectors: 'u32', decayed: 'u32', step: 'u32' } as const), ...ADAMW_FORMS },
  code: `
  if ((bitcast<u32>(results[0]) & 0x7f800000u) == 0x7f800000u) { return; }
  let factor = results[1];
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) {
    let decay = select(1.0, numbers.kept, i < numbers.decayed);
    ${ADAMW_OF}
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
  numbers: { ...({ size: 'u32', factor: 'f32' } as const), ...ADAMW_FORMS },
  code: `
  let i = group * 64u + lane;
  if (i >= numbers.size) { return; }
  let factor = numbers.factor;
  let decay = numbers.kept;
  ${ADAMW_OF}`,
});

/** AdamW for a single parameter, in place as on the CPU. */
export function registerGpuOptimizer(): void {
  registerGpuKernel('AdamW', (backend, { parameter, m, v, gradient }, step) => {
    const size = sizeOf(parameter);
    backend.dispatch(
      adamwKernel,
      { parameters: parameter, m, v, gradients: gradient },
      { size, factor: step.gradientFactor, ...adamwNumbers(step) },
      Math.ceil(size / 64),
    );
    return backend.alias(parameter);
  });
}
