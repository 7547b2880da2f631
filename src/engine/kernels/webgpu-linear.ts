import type { TensorInfo } from '@tensorflow/tfjs-core';
import { stackStride, type GpuBackend, type TensorPlace } from '../webgpu/gpu-backend';
import { defineKernel } from '../webgpu/gpu-kernel';
import {
  addProduct,
  beginTile,
  countTiles,
  eachSum,
  loadFunction,
  storeFunction,
  TILE_LANES,
  type MatrixCode,
} from '../webgpu/product-tile';
import { addsGradients, isFourfold, registerGpuKernel, sizeOf } from './webgpu-kernel';

/** y_p = x·W_p + b_p for the parts p of a stack, each f32[rows, out] behind the other. */
const linearKernel = (isVector: boolean) => {
  const type = isVector ? 'vec4f' : 'f32';
  const matrix = (name: string, lines: string, width: string, base = '0u'): MatrixCode => ({
    name,
    lines,
    width,
    base,
    isVector,
  });
  const part = (stride: string) => `part * ${stride}`;
  return defineKernel({
    name: 'linear',
    variant: type,
    lanes: TILE_LANES,
    tensors: {
      x: `read ${type}`,
      weight: `read ${type}`,
      bias: `read ${type}`,
      y: `write ${type}`,
    } as const,
    numbers: {
      ...{ rows: 'u32', inner: 'u32', columns: 'u32', tilesDown: 'u32', tilesAcross: 'u32' },
      ...{ weightStride: 'u32', biasStride: 'u32' },
    } as const,
    functions: [
      'var<private> part: u32;',
      loadFunction(matrix('x', 'numbers.rows', 'numbers.inner')),
      loadFunction(
        matrix('weight', 'numbers.inner', 'numbers.columns', part('numbers.weightStride')),
      ),
      loadFunction(matrix('bias', '1u', 'numbers.columns', part('numbers.biasStride'))),
      storeFunction(
        matrix('y', 'numbers.rows', 'numbers.columns', part('numbers.rows * numbers.columns')),
      ),
    ].join('\n'),
    code: `
  let tiles = numbers.tilesDown * numbers.tilesAcross;
  part = group / tiles;
  let tile = group % tiles;
  ${beginTile('(tile / numbers.tilesAcross)', '(tile % numbers.tilesAcross)')}
  ${addProduct('a·b', 'x', 'weight', 'numbers.inner')}
  let bias0 = load_bias(0u, left);
  let bias1 = load_bias(0u, left + 32u);
  ${eachSum((line, at, value) => `store_y(${line}, ${at}, ${value} + bias${value.at(-1)});`)}`,
  });
};

/** dx = Σ_p dy_p·W_pᵀ; dW_p = xᵀ·dy_p and db_p = Σ_rows dy_p, or added to what stands there. Groups make tiles of dx first, then of dW. */
const linearGradientKernel = (isVector: boolean) => {
  const type = isVector ? 'vec4f' : 'f32';
  const matrix = (name: string, lines: string, width: string, base = '0u'): MatrixCode => ({
    name,
    lines,
    width,
    base,
    isVector,
  });
  const { rows, inner, columns } = {
    rows: 'numbers.rows',
    inner: 'numbers.inner',
    columns: 'numbers.columns',
  };
  const adds = 'numbers.adds == 1u';
  return defineKernel({
    name: 'linearGradient',
    variant: type,
    lanes: TILE_LANES,
    tensors: {
      x: `read ${type}`,
      weight: `read ${type}`,
      dy: `read ${type}`,
      dx: `write ${type}`,
      dWeight: `write ${type}`,
      dBias: `write ${type}`,
    } as const,
    numbers: {
      ...{ rows: 'u32', inner: 'u32', columns: 'u32', parts: 'u32', adds: 'u32' },
      ...{ tilesOfDx: 'u32', dxAcross: 'u32', tilesOfDw: 'u32', dwAcross: 'u32' },
      ...{ weightStride: 'u32', biasStride: 'u32' },
    } as const,
    functions: [
      'var<private> part: u32;',
      loadFunction(matrix('x', rows, inner)),
      loadFunction(matrix('weight', inner, columns, 'part * numbers.weightStride')),
      loadFunction(matrix('dy', rows, columns, `part * ${rows} * ${columns}`)),
      storeFunction(matrix('dx', rows, inner)),
      storeFunction(matrix('dWeight', inner, columns, 'part * numbers.weightStride'), adds),
      storeFunction(matrix('dBias', '1u', columns, 'part * numbers.biasStride'), adds),
    ].join('\n'),
    code: `
  if (group < numbers.tilesOfDx) {
    ${beginTile('(group / numbers.dxAcross)', '(group % numbers.dxAcross)')}
    for (part = 0u; part < numbers.parts; part++) { ${addProduct('a·bT', 'dy', 'weight', columns)} }
    ${eachSum((line, at, value) => `store_dx(${line}, ${at}, ${value});`)}
  } else {
    part = (group - numbers.tilesOfDx) / numbers.tilesOfDw;
    let tile = (group - numbers.tilesOfDx) % numbers.tilesOfDw;
    ${beginTile('(tile / numbers.dwAcross)', '(tile % numbers.dwAcross)')}
    var sum0 = vec4f();
    var sum1 = vec4f();
    ${addProduct('aT·b', 'x', 'dy', rows, 'if (top == 0u) { sum0 += b0; sum1 += b1; }')}
    ${eachSum((line, at, value) => `store_dWeight(${line}, ${at}, ${value});`)}
    if (top == 0u) { store_dBias(0u, left, sum0); store_dBias(0u, left + 32u, sum1); }
  }`,
  });
};

const kernels = {
  linear: { vector: linearKernel(true), scalar: linearKernel(false) },
  gradient: { vector: linearGradientKernel(true), scalar: linearGradientKernel(false) },
};

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
  const isVector = isFourfold(inner, columns);
  const [tilesDown, tilesAcross] = [countTiles(rows), countTiles(columns)];
  const [weight, bias] = [stackOf(backend, weights), stackOf(backend, biases)];
  backend.dispatch(
    kernels.linear[isVector ? 'vector' : 'scalar'],
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
  const isVector = isFourfold(inner, columns);
  const [dxAcross, dwAcross] = [countTiles(inner), countTiles(columns)];
  const tilesOfDx = countTiles(rows) * dxAcross;
  const tilesOfDw = countTiles(inner) * dwAcross;
  const weight = stackOf(backend, weights);
  const [dWeight, dBias] = [stackOf(backend, dWeights), stackOf(backend, dBiases)];
  backend.dispatch(
    kernels.gradient[isVector ? 'vector' : 'scalar'],
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
