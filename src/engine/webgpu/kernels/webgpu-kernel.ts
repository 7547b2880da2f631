import * as tf from '@tensorflow/tfjs-core';
import { dropoutNumbers, siteKey, type DropoutAttributes } from '../../ops/dropout-hash';
import type { GpuBackend } from '../device/gpu-backend';
import type { KernelNumber, StepNumber } from '../code/gpu-kernel';

/** Registers a kernel of the WebGPU engine with tfjs. `Inputs` and `Attributes` are what `runKernel` is called with. */
export function registerGpuKernel<Inputs extends object, Attributes extends object = object>(
  kernelName: string,
  run: (
    backend: GpuBackend,
    inputs: Inputs,
    attributes: Attributes,
  ) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'webgpu',
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(backend as GpuBackend, inputs as Inputs, attrs as unknown as Attributes),
  });
}

/** For a kernel that writes a gradient: whether to add to what stands there. */
export const addsGradients: StepNumber = { now: 0, at: (step) => Number(step.addsGradients) };

/** The numbers of a kernel that drops. */
export const DROPOUT_FORMS = { dropoutKey: 'u32', threshold: 'u32', keptScale: 'f32' } as const;

/** Their values; none where nothing is dropped. */
export function nameDropout(attributes: DropoutAttributes): Record<string, KernelNumber> {
  const { rate, place } = attributes;
  if (rate === 0 || !place) return {};
  const [now, threshold, keptScale] = dropoutNumbers(attributes);
  const { site } = place;
  const at: StepNumber['at'] = ({ seed, step }) => siteKey({ seed, step, site });
  return { dropoutKey: { now, at }, threshold, keptScale };
}

/** The hash of dropout-hash.ts, and `kept(hash)`: what an element is multiplied by. */
export const DROPOUT_FUNCTIONS = `
fn mix(start: u32) -> u32 {
  var hash = (start ^ (start >> 16u)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13u)) * 0xc2b2ae35u;
  return hash ^ (hash >> 16u);
}
fn chain(hash: u32, coordinate: u32) -> u32 { return mix(hash ^ ((coordinate + 1u) * 0x9e3779b9u)); }
fn kept(hash: u32) -> f32 { return select(numbers.keptScale, 0.0, hash < numbers.threshold); }`;

/** Numbers of a tensor. */
export function sizeOf({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}

/** Whether numbers can be loaded four at a time. */
export function isFourfold(...sizes: readonly number[]): boolean {
  return sizes.every((size) => size % 4 === 0);
}
