import type { TensorInfo } from '@tensorflow/tfjs-core';
import { stackStride, type TensorPlace } from '../webgpu/buffer-part';
import { type GpuBackend } from '../webgpu/gpu-backend';
import { defineKernel } from '../webgpu/gpu-kernel';
import { countTiles, TILE_LANES } from '../webgpu/product-tile';
import { addsGradients, isFourfold, registerGpuKernel, sizeOf } from './webgpu-kernel';
import { linearGradientKernels, linearKernels } from './webgpu-linear-kernels';

interface LinearInputs {
  x: TensorInfo;
  weights: TensorInfo[];
  biases: TensorInfo[];
}

/** y f32[rows, out] of one weight, f32[parts, rows, out] of several. */
export function runLinear(backend: GpuBackend, { x, weights, biases }: LinearInputs): TensorInfo {
  const [rows, inner] = x.shape as [number, number];
  const columns = weights[0]!.shape[1]!;
  const parts = weights.length;
  const y = backend.allocate(parts === 1 ? [rows, columns] : [parts, rows, columns]);
  const element = isFourfold(inner, columns) ? 'vec4f' : 'f32';
  const [tilesDown, tilesAcross] = [countTiles(rows), countTiles(columns)];
  const [weight, bias] = [stackOf(backend, weights), stackOf(backend, biases)];
  backend.dispatch(
    linearKernels[element].plain,
    { x, weight: weight.place, bias: bias.place, y },
    {
      ...{ rows, inner, columns, tilesDown, tilesAcross },
      ...{ weightStride: weight.stride, biasStride: bias.stride },
    },
    parts * tilesDown * tilesAcross,
  );
  weight.release();
  bias.release();
  return y;
}

/** [dx, dW of each part, db of each part]. */
export function runLinearGradient(
  backend: GpuBackend,
  { x, weights, dy }: { x: TensorInfo; weights: TensorInfo[]; dy: TensorInfo },
): TensorInfo[] {
  const [rows, inner] = x.shape as [number, number];
  const columns = weights[0]!.shape[1]!;
  const parts = weights.length;
  const dx = backend.allocate(x.shape);
  const dWeights = backend.allocateStack([inner, columns], parts);
  const dBiases = backend.allocateStack([columns], parts);
  const element = isFourfold(inner, columns) ? 'vec4f' : 'f32';
  const [dxAcross, dwAcross] = [countTiles(inner), countTiles(columns)];
  const tilesOfDx = countTiles(rows) * dxAcross;
  const tilesOfDw = countTiles(inner) * dwAcross;
  const weight = stackOf(backend, weights);
  const [dWeight, dBias] = [stackOf(backend, dWeights), stackOf(backend, dBiases)];
  backend.dispatch(
    linearGradientKernels[element].none,
    { x, weight: weight.place, dy, dx, dWeight: dWeight.place, dBias: dBias.place },
    {
      ...{ rows, inner, columns, parts, adds: addsGradients },
      ...{ tilesOfDx, dxAcross, tilesOfDw, dwAcross },
      ...{ weightStride: weight.stride, biasStride: dBias.stride },
    },
    tilesOfDx + parts * tilesOfDw,
  );
  weight.release();
  return [dx, ...dWeights, ...dBiases];
}

/** Tensors of one shape as a single binding. Those that do not stand `stackStride` apart in one buffer are copied until they do. */
function stackOf(
  backend: GpuBackend,
  tensors: readonly TensorInfo[],
): { place: TensorPlace; stride: number; release: () => void } {
  const bytes = stackStride(tensors[0]!.shape);
  const first = backend.placeOf(tensors[0]!);
  const last = backend.placeOf(tensors.at(-1)!);
  const stride = bytes / 4;
  const isStack = tensors.every((tensor, index) => {
    const { buffer, offset } = backend.placeOf(tensor);
    return buffer === first.buffer && offset === first.offset + index * bytes;
  });
  if (isStack) {
    const place = { ...first, size: last.offset + last.size - first.offset };
    return { place, stride, release: () => undefined };
  }
  const copies = backend.allocateStack(tensors[0]!.shape, tensors.length);
  tensors.forEach((tensor, index) => {
    const groups = Math.ceil(sizeOf(tensor) / TILE_LANES);
    backend.dispatch(
      copyKernel,
      { source: tensor, copied: copies[index]! },
      { size: sizeOf(tensor) },
      groups,
    );
  });
  const stack = stackOf(backend, copies);
  return { ...stack, release: () => copies.forEach(({ dataId }) => backend.disposeData(dataId)) };
}

const copyKernel = defineKernel({
  name: 'copy',
  lanes: TILE_LANES,
  tensors: { source: 'read f32', copied: 'write f32' },
  numbers: { size: 'u32' },
  code: `
  let index = group * ${TILE_LANES}u + lane;
  if (index < numbers.size) { copied[index] = source[index]; }`,
});

/** x·W + b and its gradient; and the same for a stack of weights over one x. */
export function registerGpuLinear(): void {
  type Stack = Record<'weight0' | 'weight1' | 'weight2', TensorInfo>;
  registerGpuKernel<{ x: TensorInfo; weight: TensorInfo; bias: TensorInfo }>(
    'Linear',
    (backend, { x, weight, bias }) => runLinear(backend, { x, weights: [weight], biases: [bias] }),
  );
  registerGpuKernel<{ x: TensorInfo; weight: TensorInfo; dy: TensorInfo }>(
    'LinearGradient',
    (backend, { x, weight, dy }) => runLinearGradient(backend, { x, weights: [weight], dy }),
  );
  registerGpuKernel<{ x: TensorInfo } & Stack & Record<'bias0' | 'bias1' | 'bias2', TensorInfo>>(
    'QueryKeyValue',
    (backend, { x, ...stack }) =>
      runLinear(backend, {
        x,
        weights: [stack.weight0, stack.weight1, stack.weight2],
        biases: [stack.bias0, stack.bias1, stack.bias2],
      }),
  );
  registerGpuKernel<{ x: TensorInfo; dy: TensorInfo } & Stack>(
    'QueryKeyValueGradient',
    (backend, { x, dy, weight0, weight1, weight2 }) =>
      runLinearGradient(backend, { x, weights: [weight0, weight1, weight2], dy }),
  );
}
