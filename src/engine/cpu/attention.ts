import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import { chain, dropoutNumbers } from '../ops/dropout-hash';
import type { KernelAttributes, KernelInputs } from '../ops/kernel-table';
import { registerKernel } from '../ops/register-kernel';

/** The part of one head in one sentence; `at` is where a piece's vector of that head begins in f32[rows, hidden]. */
interface Head {
  pieces: number;
  width: number;
  at: (piece: number) => number;
  /** f64[pieces, pieces]: softmax(q·kᵀ / √width), a row a query. */
  weights: Float64Array;
  /** f64[pieces, pieces]: 0 where dropout drops a weight, else what it grows by. */
  mask: Float64Array;
}

/** Registers attention and its gradient as plain loops in f64, for tests; the formula stands at the op. */
export function registerCpuAttention(): void {
  register('Attention', (parts, _others, heads) => {
    const context = new Float32Array(parts[0].length);
    for (const head of heads) addContext(head, parts[2], context);
    return { numbers: context, parts: 1 };
  });
  register('AttentionGradient', (parts, [dContext], heads) => {
    const size = parts[0].length;
    const dQkv = new Float32Array(3 * size);
    const gradients = [0, 1, 2].map((i) => dQkv.subarray(i * size, (i + 1) * size)) as Parts;
    for (const head of heads) addGradients(head, parts, dContext!, gradients);
    return { numbers: dQkv, parts: 3 };
  });
}

/** Query, key and value, each f32[rows · hidden]. */
type Parts = [Float32Array, Float32Array, Float32Array];

function register(
  kernelName: 'Attention' | 'AttentionGradient',
  run: (
    parts: Parts,
    others: Float32Array[],
    heads: Iterable<Head>,
  ) => { numbers: Float32Array; parts: number },
): void {
  registerKernel(kernelName, 'cpu', (anyBackend, inputs, attributes) => {
    const backend = anyBackend as MathBackendCPU;
    const read = ({ dataId }: TensorInfo) => backend.data.get(dataId).values;
    const [, rows, hidden] = inputs.qkv.shape as [number, number, number];
    const qkv = read(inputs.qkv) as Float32Array;
    const size = rows * hidden;
    const parts = [0, 1, 2].map((i) => qkv.subarray(i * size, (i + 1) * size)) as Parts;
    const { dContext } = inputs as Partial<KernelInputs<'AttentionGradient', TensorInfo>>;
    const others = dContext ? [read(dContext) as Float32Array] : [];
    const heads = eachHead(
      parts,
      hidden,
      { starts: read(inputs.starts) as Int32Array, table: read(inputs.table) as Int32Array },
      attributes,
    );
    const { numbers, parts: count } = run(parts, others, heads);
    if (count === 1) return [backend.makeTensorInfo([rows, hidden], 'float32', numbers)];
    return backend.makeTensorInfo([count, rows, hidden], 'float32', numbers);
  });
}

function* eachHead(
  [query, key]: Parts,
  hidden: number,
  { starts, table }: { starts: Int32Array; table: Int32Array },
  { heads, ...dropout }: KernelAttributes<'Attention'>,
): Generator<Head> {
  const width = hidden / heads;
  const [siteKey, threshold, keptScale] = dropoutNumbers(dropout);
  for (let sentence = 0; sentence + 1 < starts.length; sentence++) {
    const first = starts[sentence]!;
    const pieces = starts[sentence + 1]! - first;
    if (pieces === 0) continue;
    for (let head = 0; head < heads; head++) {
      const at = (piece: number) => (first + piece) * hidden + head * width;
      const headHash = chain(chain(siteKey, table[3 * first + 2]!), head);
      const weights = new Float64Array(pieces * pieces);
      const mask = new Float64Array(pieces * pieces);
      for (let i = 0; i < pieces; i++) {
        const row = weights.subarray(i * pieces, (i + 1) * pieces);
        const lineHash = chain(headHash, i);
        for (let j = 0; j < pieces; j++) {
          row[j] = dot(query, at(i), key, at(j), width) / Math.sqrt(width);
          mask[i * pieces + j] = chain(lineHash, j) >>> 0 < threshold ? 0 : keptScale;
        }
        const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
        const sum = row.reduce((total, score) => total + Math.exp(score - largest), 0);
        row.forEach((score, j) => (row[j] = Math.exp(score - largest) / sum));
      }
      yield { pieces, width, at, weights, mask };
    }
  }
}

/** context[i] += Σⱼ weights[i, j] · mask[i, j] · v[j] */
function addContext(
  { pieces, width, at, weights, mask }: Head,
  value: Float32Array,
  context: Float32Array,
): void {
  for (let i = 0; i < pieces; i++) {
    for (let d = 0; d < width; d++) {
      let sum = 0;
      for (let j = 0; j < pieces; j++)
        sum += weights[i * pieces + j]! * mask[i * pieces + j]! * value[at(j) + d]!;
      context[at(i) + d] = sum;
    }
  }
}

/** Adds the gradients of `addContext`, by way of the softmax: dScores = weights · (dWeights − Σₖ weights[k] · dWeights[k]). */
function addGradients(
  { pieces, width, at, weights, mask }: Head,
  [query, key, value]: Parts,
  dContext: Float32Array,
  [dQuery, dKey, dValue]: Parts,
): void {
  const add = (to: Float32Array, toAt: number, factor: number, from: Float32Array, at: number) => {
    for (let d = 0; d < width; d++) to[toAt + d]! += factor * from[at + d]!;
  };
  for (let i = 0; i < pieces; i++) {
    const row = weights.subarray(i * pieces, (i + 1) * pieces);
    const dWeights = Float64Array.from(
      row,
      (_, j) => mask[i * pieces + j]! * dot(dContext, at(i), value, at(j), width),
    );
    const mean = row.reduce((sum, weight, j) => sum + weight * dWeights[j]!, 0);
    row.forEach((weight, j) => {
      const dScore = (weight * (dWeights[j]! - mean)) / Math.sqrt(width);
      add(dQuery, at(i), dScore, key, at(j));
      add(dKey, at(j), dScore, query, at(i));
      add(dValue, at(j), weight * mask[i * pieces + j]!, dContext, at(i));
    });
  }
}

function dot(a: Float32Array, aAt: number, b: Float32Array, bAt: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) sum += a[aAt + d]! * b[bAt + d]!;
  return sum;
}
