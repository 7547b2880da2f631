import type { TensorInfo } from '@tensorflow/tfjs-core';
import { stackStride, type TensorPlace } from '../code/buffer-part';
import type { GpuBackend } from '../device/gpu-backend';
import { countTiles, type TileForm } from './product-tile';
import { isFourfold } from '../code/gpu-kernel';
import { addsGradients } from '../code/kernel-numbers';
import { registerGpuKernel } from '../device/register-gpu-kernel';
import { shapeClassOf, type TileFormName } from '../device/tile-choice';
import { tileForms } from './tile-forms';
import { linearGradientKernels, linearKernels } from './linear-kernels';

interface LinearInputs {
  x: TensorInfo;
  weights: TensorInfo[];
  biases: TensorInfo[];
}

/** Sizes of a product: x f32[rows, inner] times `parts` weights f32[inner, columns]. */
export interface LinearShape {
  rows: number;
  inner: number;
  columns: number;
  parts: number;
}

/** Plans a linear layer for a shape: its kernel, the kernel's numbers without the strides, and its groups. */
export function planLinear(formName: TileFormName, shape: LinearShape) {
  const { rows, inner, columns, parts } = shape;
  const form: TileForm = tileForms[formName];
  const [tilesDown, tilesAcross] = [countTiles(form, rows), countTiles(form, columns)];
  return {
    kernel: linearKernels[formName][elementOf(shape)].plain,
    numbers: { rows, inner, columns, tilesDown, tilesAcross },
    groups: parts * tilesDown * tilesAcross,
  };
}

/** Plans a linear layer's gradient for a shape. */
export function planLinearGradient(formName: TileFormName, shape: LinearShape) {
  const { rows, inner, columns, parts } = shape;
  const form: TileForm = tileForms[formName];
  const [dxAcross, dwAcross] = [countTiles(form, inner), countTiles(form, columns)];
  const tilesOfDx = countTiles(form, rows) * dxAcross;
  const tilesOfDw = countTiles(form, inner) * dwAcross;
  return {
    kernel: linearGradientKernels[formName][elementOf(shape)].none,
    numbers: { rows, inner, columns, parts, tilesOfDx, dxAcross, tilesOfDw, dwAcross },
    groups: tilesOfDx + parts * tilesOfDw,
  };
}

const elementOf = ({ inner, columns }: LinearShape) =>
  isFourfold(inner, columns) ? 'vec4f' : 'f32';

/** Dispatches linear layers over the same x. @returns y f32[rows, out] of one weight, f32[parts, rows, out] of several */
export function runLinear(backend: GpuBackend, { x, weights, biases }: LinearInputs): TensorInfo {
  const shape = shapeOf(x, weights);
  const { rows, columns, parts } = shape;
  const y = backend.allocate(parts === 1 ? [rows, columns] : [parts, rows, columns]);
  const [weight, bias] = [stackOf(backend, weights), stackOf(backend, biases)];
  const shapeClass = shapeClassOf(parts * rows * columns, Math.min(rows, columns));
  const { kernel, numbers, groups } = planLinear(backend.gpu.tiles[shapeClass], shape);
  backend.dispatch(
    kernel,
    { x, weight: weight.place, bias: bias.place, y },
    { ...numbers, weightStride: weight.stride, biasStride: bias.stride },
    groups,
  );
  weight.release();
  bias.release();
  return y;
}

/** Dispatches the gradient of linear layers over the same x. @returns dx, then dW of each part, then db of each part */
export function runLinearGradient(
  backend: GpuBackend,
  { x, weights, dy }: { x: TensorInfo; weights: TensorInfo[]; dy: TensorInfo },
): TensorInfo[] {
  const shape = shapeOf(x, weights);
  const { rows, inner, columns, parts } = shape;
  const dx = backend.allocate(x.shape);
  const dWeights = backend.allocateStack([inner, columns], parts);
  const dBiases = backend.allocateStack([columns], parts);
  const weight = stackOf(backend, weights);
  const [dWeight, dBias] = [stackOf(backend, dWeights), stackOf(backend, dBiases)];
  const made = rows * inner + parts * inner * columns;
  const shapeClass = shapeClassOf(made, Math.min(rows, inner, columns));
  const { kernel, numbers, groups } = planLinearGradient(backend.gpu.tiles[shapeClass], shape);
  const strides = { weightStride: weight.stride, biasStride: dBias.stride };
  backend.dispatch(
    kernel,
    { x, weight: weight.place, dy, dx, dWeight: dWeight.place, dBias: dBias.place },
    { ...numbers, adds: addsGradients, ...strides },
    groups,
  );
  weight.release();
  return [dx, ...dWeights, ...dBiases];
}

function shapeOf(x: TensorInfo, weights: readonly TensorInfo[]): LinearShape {
  const [rows, inner] = x.shape as [number, number];
  return { rows, inner, columns: weights[0]!.shape[1]!, parts: weights.length };
}

/** Finds the one place that tensors of one shape can be bound as. Tensors that are not `stackStride` apart in one buffer are copied so that they are. */
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
  tensors.forEach((tensor, index) => backend.copyInto(backend.placeOf(copies[index]!), tensor));
  const stack = stackOf(backend, copies);
  return { ...stack, release: () => copies.forEach(({ dataId }) => backend.disposeData(dataId)) };
}

/** Registers x·W + b and its gradient, and the same for a stack of weights over one x. */
export function registerGpuLinear(): void {
  registerGpuKernel('Linear', (backend, { x, weight, bias }) =>
    runLinear(backend, { x, weights: [weight], biases: [bias] }),
  );
  registerGpuKernel('LinearGradient', (backend, { x, weight, dy }) =>
    runLinearGradient(backend, { x, weights: [weight], dy }),
  );
  registerGpuKernel('QueryKeyValue', (backend, { x, ...stack }) =>
    runLinear(backend, {
      x,
      weights: [stack.weight0, stack.weight1, stack.weight2],
      biases: [stack.bias0, stack.bias1, stack.bias2],
    }),
  );
  registerGpuKernel('QueryKeyValueGradient', (backend, { x, dy, weight0, weight1, weight2 }) =>
    runLinearGradient(backend, { x, weights: [weight0, weight1, weight2], dy }),
  );
}
