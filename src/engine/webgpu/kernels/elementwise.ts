import * as tf from '@tensorflow/tfjs-core';
import type { Activation } from '../../ops/activations';
import { overrideKernel, sizeOf } from '../../ops/register-kernel';
import { ACTIVATION_FUNCTIONS } from '../code/activation-functions';
import { defineKernel, type GpuKernel } from '../code/gpu-kernel';
import type { GpuBackend } from '../device/gpu-backend';
import { registerGpuKernel } from '../device/register-gpu-kernel';

const LANES = 64;
/** WGSL that declares the index of a lane's number; a lane beyond the last number is done. */
const INDEX = `let index = group * ${LANES}u + lane; if (index >= numbers.size) { return; }`;

/** Makes the kernel of y = activation(x) and its slope; products fuse it by the activation's name. */
const activationKernel = (activation: Activation) =>
  defineKernel({
    name: activation,
    lanes: LANES,
    tensors: { x: 'read f32', y: 'write f32', slope: 'write f32' },
    numbers: { size: 'u32' },
    functions: ACTIVATION_FUNCTIONS[activation],
    code: `
  ${INDEX}
  let result = activated(x[index]);
  y[index] = result.x;
  slope[index] = result.y;`,
  });

const activationKernels = {
  gelu: activationKernel('gelu'),
  gelu_new: activationKernel('gelu_new'),
  relu: activationKernel('relu'),
} satisfies Record<Activation, GpuKernel>;

/** Makes a kernel of two tensors: of one size, where `step` is 1, or the second a single number, where it is 0. */
const binaryKernel = (name: string, value: string) =>
  defineKernel({
    name,
    lanes: LANES,
    tensors: { a: 'read f32', b: 'read f32', out: 'write f32' },
    numbers: { size: 'u32', step: 'u32' },
    code: `
  ${INDEX}
  let one = a[index];
  let other = b[index * numbers.step];
  out[index] = ${value};`,
  });

export const addKernel = binaryKernel('add', 'one + other');
export const multiplyKernel = binaryKernel('multiply', 'one * other');

/** Adds `part` to `total` in place. */
const accumulateKernel = defineKernel({
  name: 'accumulate',
  lanes: LANES,
  tensors: { total: 'write f32', part: 'read f32' },
  numbers: { size: 'u32' },
  code: `
  ${INDEX}
  total[index] += part[index];`,
});

/** Registers the kernels that treat each number alone. */
export function registerGpuElementwise(): void {
  registerGpuKernel('ActivationWithSlope', (backend, { x }, { activation }) => {
    const [y, slope] = [backend.allocate(x.shape), backend.allocate(x.shape)];
    const kernel = activationKernels[activation];
    backend.dispatch(kernel, { x, y, slope }, { size: sizeOf(x) }, groupsOf(x));
    return [y, slope];
  });
  registerGpuKernel('Accumulate', (backend, { total, part }) => {
    backend.dispatch(accumulateKernel, { total, part }, { size: sizeOf(total) }, groupsOf(total));
    return backend.alias(total);
  });
  overrideBinary('Add', addKernel);
  overrideBinary('Multiply', multiplyKernel);
}

/** Computes sums or products of two tensors of one shape, or of a tensor and a single number; anything else stays with tfjs. */
function overrideBinary(
  kernelName: string,
  kernel: GpuKernel<'a' | 'b' | 'out', 'size' | 'step'>,
): void {
  overrideKernel(kernelName, 'webgpu', (call, published) => {
    const [a, b] = [call.inputs['a']!, call.inputs['b']!];
    const backend = call.backend as GpuBackend;
    const isOurs = a.dtype === 'float32' && b.dtype === 'float32' && sizeOf(a) > 0;
    const isSingle = sizeOf(b) === 1 && b.shape.length <= a.shape.length;
    if (!isOurs || !(isSingle || tf.util.arraysEqual(a.shape, b.shape))) return published(call);
    const out = backend.allocate(a.shape);
    const step = isSingle && sizeOf(a) > 1 ? 0 : 1;
    backend.dispatch(kernel, { a, b, out }, { size: sizeOf(a), step }, groupsOf(a));
    return out;
  });
}

function groupsOf(tensor: tf.TensorInfo): number {
  return Math.ceil(sizeOf(tensor) / LANES);
}
