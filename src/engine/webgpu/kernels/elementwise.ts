import * as tf from '@tensorflow/tfjs-core';
import type { GpuBackend } from '../device/gpu-backend';
import { defineKernel, type GpuKernel } from '../code/gpu-kernel';
import { registerGpuKernel, sizeOf } from './webgpu-kernel';

const LANES = 64;
/** A lane's index, beyond the last number of no use. */
const INDEX = `let index = group * ${LANES}u + lane; if (index >= numbers.size) { return; }`;

/** Φ(x) by Abramowitz & Stegun 1964, 7.1.26: within 7.5e-8; the slope of x·Φ(x) is Φ(x) + x·φ(x). */
export const GELU_FUNCTIONS = `
fn normalCdf(x: f32) -> f32 {
  let z = abs(x) * 0.7071067811865476;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let tail = 0.5 * series * exp(-z * z);
  return select(tail, 1.0 - tail, x >= 0.0);
}
fn slopeOf(x: f32, cdf: f32) -> f32 { return cdf + x * 0.3989422804014327 * exp(-0.5 * x * x); }`;

const geluKernel = defineKernel({
  name: 'gelu',
  lanes: LANES,
  tensors: { x: 'read f32', y: 'write f32', slope: 'write f32' },
  numbers: { size: 'u32' },
  functions: GELU_FUNCTIONS,
  code: `
  ${INDEX}
  let value = x[index];
  let cdf = normalCdf(value);
  y[index] = value * cdf;
  slope[index] = slopeOf(value, cdf);`,
});

/** a and b of one size, or b a single number. */
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

const accumulateKernel = defineKernel({
  name: 'accumulate',
  lanes: LANES,
  tensors: { total: 'write f32', part: 'read f32' },
  numbers: { size: 'u32' },
  code: `
  ${INDEX}
  total[index] += part[index];`,
});

/** The kernels that treat each number alone. */
export function registerGpuElementwise(): void {
  registerGpuKernel<{ x: tf.TensorInfo }>('GeluWithSlope', (backend, { x }) => {
    const [y, slope] = [backend.allocate(x.shape), backend.allocate(x.shape)];
    backend.dispatch(geluKernel, { x, y, slope }, { size: sizeOf(x) }, groupsOf(x));
    return [y, slope];
  });
  registerGpuKernel<{ total: tf.TensorInfo; part: tf.TensorInfo }>(
    'Accumulate',
    (backend, { total, part }) => {
      backend.dispatch(accumulateKernel, { total, part }, { size: sizeOf(total) }, groupsOf(total));
      return backend.alias(total);
    },
  );
  overrideBinary('Add', addKernel);
  overrideBinary('Multiply', multiplyKernel);
}

/** A sum or a product of two tensors of one shape, or with a single number, in place of tfjs' kernel; anything else stays with it. */
function overrideBinary(
  kernelName: string,
  kernel: GpuKernel<'a' | 'b' | 'out', 'size' | 'step'>,
): void {
  const published = tf.getKernel(kernelName, 'webgpu');
  tf.unregisterKernel(kernelName, 'webgpu'); // a second registration is a warning
  tf.registerKernel({
    ...published,
    kernelFunc: (call) => {
      const [a, b] = [call.inputs['a']!, call.inputs['b']!];
      const backend = call.backend as GpuBackend;
      const isOurs = a.dtype === 'float32' && b.dtype === 'float32' && sizeOf(a) > 0;
      const isSingle = sizeOf(b) === 1 && b.shape.length <= a.shape.length;
      if (!isOurs || !(isSingle || tf.util.arraysEqual(a.shape, b.shape)))
        return published.kernelFunc(call);
      const out = backend.allocate(a.shape);
      const step = isSingle && sizeOf(a) > 1 ? 0 : 1;
      backend.dispatch(kernel, { a, b, out }, { size: sizeOf(a), step }, groupsOf(a));
      return out;
    },
  });
}

function groupsOf(tensor: tf.TensorInfo): number {
  return Math.ceil(sizeOf(tensor) / LANES);
}
