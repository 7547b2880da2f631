import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelPool } from '../pool/kernel-pool';
import { overrideKernel } from '../../ops/register-kernel';
import { registerWasmKernel, wasmCall, type WasmCall } from './wasm-kernel';

interface Transposed {
  transposeA: boolean;
  transposeB: boolean;
}

/** Ways in which the numbers of a product begin; see assembly/matmul.ts. */
const START = { zero: 0, bias: 1, out: 2 } as const;

/** Bytes of one task's packed rows: they stay in a core's own cache. */
const PACKED_BYTES = 512 * 1024;
/** Tasks for each thread: several, so that one that is held up does not hold up all; few, because each packs its operands anew. */
const TASKS_A_THREAD = 2;

/**
 * Registers out = a·b over the last two dimensions, in f32; a and b are first transposed where asked, and the dimensions before broadcast.
 * `_FusedMatMul` adds a bias. They stand in for tfjs' kernels, which run a scalar loop for all but a single untransposed product.
 */
export function registerWasmMatMul(): void {
  overrideKernel('BatchMatMul', 'wasm', ({ inputs, attrs, backend }) =>
    multiply(
      wasmCall(backend as BackendWasm),
      inputs['a']!,
      inputs['b']!,
      attrs as unknown as Transposed,
    ),
  );
  overrideKernel('_FusedMatMul', 'wasm', (call, published) => {
    const { a, b, bias, preluActivationWeights } = call.inputs;
    const { activation, ...transposed } = call.attrs as unknown as Transposed & {
      activation?: string;
    };
    const isOurs = preluActivationWeights === undefined && (activation ?? 'linear') === 'linear';
    if (!isOurs || (bias && bias.shape.length > 1)) return published(call);
    return multiply(wasmCall(call.backend as BackendWasm), a!, b!, transposed, { bias });
  });
}

/** Registers dW = xᵀ·dy and db = Σ_rows dy; the sums come from the panels of dy that the product packs. x f32[rows, in], dy f32[rows, out]. */
export function registerWasmWeightGradient(): void {
  registerWasmKernel('WeightGradient', (call, { x, dy }) => {
    const db = call.allocate([dy.shape[1]!]);
    const dW = multiply(call, x, dy, { transposeA: true, transposeB: false }, { sums: db });
    return [dW, db];
  });
}

/** Registers the products that make query, key and value of the same states, and their gradient; dx is summed in its own memory. */
export function registerWasmQueryKeyValue(): void {
  const plain = { transposeA: false, transposeB: false };
  registerWasmKernel(
    'QueryKeyValue',
    (call, { x, weight0, weight1, weight2, bias0, bias1, bias2 }) => {
      const [rows, columns] = [x.shape[0]!, weight0.shape[1]!];
      const out = call.allocate([3, rows, columns]);
      const states = { shape: x.shape, address: call.address(x) };
      [weight0, weight1, weight2].forEach((weight, part) => {
        const operand = { shape: weight.shape, address: call.address(weight) };
        const bias = [bias0, bias1, bias2][part];
        const at = call.address(out) + 4 * part * rows * columns;
        multiplyInto(call, states, operand, plain, { bias, out: at });
      });
      return out;
    },
  );
  registerWasmKernel('QueryKeyValueGradient', (call, { x, dy, weight0, weight1, weight2 }) => {
    const [, rows, columns] = dy.shape as [number, number, number];
    const weights = [weight0, weight1, weight2];
    const dx = call.allocate(x.shape);
    const dWeights = weights.map(({ shape }) => call.allocate(shape));
    const dBiases = weights.map(() => call.allocate([columns]));
    const states = { shape: x.shape, address: call.address(x) };
    weights.forEach((weight, part) => {
      const address = call.address(dy) + 4 * part * rows * columns;
      const dPart = { shape: [rows, columns], address };
      const operand = { shape: weight.shape, address: call.address(weight) };
      multiplyInto(
        call,
        dPart,
        operand,
        { ...plain, transposeB: true },
        {
          out: call.address(dx),
          adds: part > 0,
        },
      );
      multiplyInto(
        call,
        states,
        dPart,
        { ...plain, transposeA: true },
        {
          out: call.address(dWeights[part]!),
          sums: dBiases[part]!,
        },
      );
    });
    return [dx, ...dWeights, ...dBiases];
  });
}

/** A matrix, or a batch of them, that a product reads. */
interface Operand {
  shape: readonly number[];
  address: number;
}

interface Epilogue {
  /** Row that each row of the product begins with. */
  bias?: tf.TensorInfo | undefined;
  /** Tensor that the sums of b's columns are written to. */
  sums?: tf.TensorInfo;
  /** Address of the product. */
  out?: number;
  /** Whether the product is added to what stands there. */
  adds?: boolean;
}

/** Computes a·b into a new tensor. */
function multiply(
  call: WasmCall,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposed: Transposed,
  epilogue: Epilogue = {},
): tf.TensorInfo {
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const rows = a.shape.at(transposed.transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposed.transposeB ? -2 : -1)!;
  const out = call.allocate([...outer, rows, columns]);
  const operand = (tensor: tf.TensorInfo) => ({
    shape: tensor.shape,
    address: call.address(tensor),
  });
  multiplyInto(call, operand(a), operand(b), transposed, {
    ...epilogue,
    out: call.address(out),
  });
  return out;
}

function multiplyInto(
  { pool, address }: WasmCall,
  a: Operand,
  b: Operand,
  { transposeA, transposeB }: Transposed,
  { bias, sums, out, adds }: Epilogue & { out: number },
): void {
  const [rows, inner, aRow, aColumn] = matrixOf(a, transposeA);
  const [innerOfB, columns, bRow, bColumn] = matrixOf(b, transposeB);
  tf.util.assert(
    inner === innerOfB,
    () => `matMul: a's rows have ${inner} numbers, b's columns ${innerOfB}.`,
  );
  const countOf = ({ shape }: Operand) => tf.util.sizeFromShape(shape.slice(0, -2));
  const count = Math.max(countOf(a), countOf(b));
  const [aBatch, bBatch] = [a, b].map((operand) => {
    const matrices = countOf(operand);
    tf.util.assert(
      matrices === 1 || matrices === count,
      () => `matMul: a batch of ${matrices} matrices does not go with one of ${count}.`,
    );
    const [height, width] = operand.shape.slice(-2) as [number, number];
    return matrices === 1 ? 0 : 4 * height * width;
  }) as [number, number];
  const { rowBands, columnBands, bandRows } = cut(pool, rows, columns, inner, count);
  const begin = adds ? [START.out, 0] : bias ? [START.bias, address(bias)] : [START.zero, 0];
  pool.run(
    'multiply',
    count * rowBands * columnBands,
    [
      ...[a.address, aBatch, aRow, aColumn],
      ...[b.address, bBatch, bRow, bColumn],
      ...[out, rows, columns, inner, rowBands, columnBands],
      ...begin,
      sums ? address(sums) : 0,
    ],
    pool.kernels.matmulScratchBytes(bandRows, inner),
  );
}

/** Gives a matrix's rows, its columns, and the strides of both in bytes. */
function matrixOf({ shape }: Operand, isTransposed: boolean): [number, number, number, number] {
  const [rows, columns] = shape.slice(-2) as [number, number];
  return isTransposed ? [columns, rows, 4, 4 * columns] : [rows, columns, 4 * columns, 4];
}

/**
 * Cuts a product's tiles into bands, one for each task. There are enough for all threads, and the packed rows of a task stay in a core's own
 * cache. Among such cuts it takes the one that packs least, because each task packs its rows of a and its columns of b itself.
 */
function cut(
  { kernels, threads }: KernelPool,
  rows: number,
  columns: number,
  inner: number,
  matrices: number,
) {
  const tilesDown = Math.ceil(rows / kernels.TILE_ROWS.value);
  const tilesAcross = Math.ceil(columns / kernels.TILE_COLUMNS.value);
  const wanted = threads === 1 ? 1 : Math.ceil((TASKS_A_THREAD * threads) / matrices);
  const fewest = Math.ceil((4 * rows * Math.min(inner, kernels.DEPTH.value)) / PACKED_BYTES);
  let best = { rowBands: 1, columnBands: 1, packed: Infinity };
  for (let rowBands = Math.min(fewest, tilesDown); rowBands <= tilesDown; rowBands++) {
    const columnBands = Math.min(tilesAcross, Math.ceil(wanted / rowBands));
    const packed = rows * columnBands + columns * rowBands;
    if (packed < best.packed) best = { rowBands, columnBands, packed };
    if (rowBands >= wanted) break;
  }
  const bandRows = Math.ceil(tilesDown / best.rowBands) * kernels.TILE_ROWS.value;
  return { ...best, bandRows };
}
