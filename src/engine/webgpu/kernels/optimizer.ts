import { defineKernel, type GpuKernel } from '../code/gpu-kernel';
import type { NumberForm } from '../code/kernel-numbers';

/** One update of an optimiser, in WGSL. */
export interface UpdateCode {
  /** Name that timelines show. */
  name: string;
  /** Tensors that the optimiser keeps for each parameter, by the names that the code knows them by. */
  slots: readonly string[];
  /** Numbers of the step, f32, fields of `numbers` in the code. */
  constants: readonly string[];
  /**
   * Statements that write `parameters[i]` and the slots' `[i]`, each a `vec4f`. They are given `g`, the gradient of these four numbers, clipped
   * and out of its loss scale.
   */
  code: string;
}

/**
 * Defines the kernel that takes an optimiser's step for many parameters behind each other, with the norm and the factor that `clipKernel` left
 * in `results`. A norm that is no finite number moves nothing. `step`: lanes of the whole dispatch.
 */
export function defineUpdateKernel({ name, slots, constants, code }: UpdateCode): GpuKernel {
  const tensors = ['parameters', ...slots].map((tensor) => [tensor, 'write vec4f'] as const);
  const numbers = constants.map((constant) => [constant, 'f32'] as const);
  return defineKernel<string, string>({
    name,
    lanes: 64,
    tensors: { ...Object.fromEntries(tensors), gradients: 'read vec4f', results: 'read f32' },
    numbers: {
      ...({ vectors: 'u32', step: 'u32' } as const),
      ...(Object.fromEntries(numbers) as Record<string, NumberForm>),
    },
    code: `
  if ((bitcast<u32>(results[0]) & 0x7f800000u) == 0x7f800000u) { return; }
  let factor = results[1];
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) {
    let g = gradients[i] * factor;
    ${code}
  }`,
  });
}

/** Rounds parameters to their copy in half precision. */
export const roundToHalfKernel = defineKernel({
  name: 'roundToHalf',
  lanes: 64,
  tensors: { source: 'read vec4f', copy: 'write vec4f or half' },
  numbers: { vectors: 'u32', step: 'u32' },
  code: `
  for (var i = group * 64u + lane; i < numbers.vectors; i += numbers.step) { set_copy(i, source[i]); }`,
});
