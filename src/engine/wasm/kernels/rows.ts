import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropoutNumbers, type DropoutAttributes } from '../../ops/dropout-hash';
import { countTasks, registerWasmKernel, sizeOf, type WasmCall } from './wasm-kernel';

interface NormInputs {
  x: TensorInfo;
  scale: TensorInfo;
}

/** Only where hidden states are dropped. */
interface RowPlaces {
  /** i32[rows, 3], of a `RowLayout`. */
  table?: TensorInfo;
}

interface ResidualAttributes extends DropoutAttributes {
  epsilon: number;
}

/** The kernels that treat rows: layer norm, sums over rows, cross-entropy. */
export function registerWasmRows(): void {
  registerWasmKernel<NormInputs & { shift: TensorInfo }, { epsilon: number }>(
    'LayerNorm',
    ({ pool, allocate, address }, { x, scale, shift }, { epsilon }) => {
      const y = allocate(x.shape);
      pool.run('layerNorm', countTasks(x.shape[0]!, pool.kernels.ROWS_A_TASK), [
        ...[x, scale, shift, y].map(address),
        ...normNumbers(x, epsilon),
      ]);
      return [y];
    },
  );
  registerWasmKernel<NormInputs & { dy: TensorInfo }, { epsilon: number }>(
    'LayerNormGradient',
    (call, { x, scale, dy }, { epsilon }) => {
      const dx = call.allocate(x.shape);
      const sums = sumParts(call, x, (tasks, parts) =>
        call.pool.run('layerNormGradient', tasks, [
          ...[x, scale, dy, dx].map(call.address),
          parts,
          ...normNumbers(x, epsilon),
        ]),
      );
      return [dx, ...sums];
    },
  );
  registerWasmKernel<
    NormInputs & RowPlaces & { residual: TensorInfo; shift: TensorInfo },
    ResidualAttributes
  >(
    'ResidualNorm',
    ({ pool, allocate, address }, { x, residual, scale, shift, ...rows }, attributes) => {
      const [sum, y] = [allocate(x.shape), allocate(x.shape)];
      pool.run('residualNorm', countTasks(x.shape[0]!, pool.kernels.ROWS_A_TASK), [
        ...[x, residual, scale, shift, sum, y].map(address),
        ...normNumbers(x, attributes.epsilon),
        ...rowDropout(address, rows, attributes),
      ]);
      return [y, sum];
    },
  );
  registerWasmKernel<
    RowPlaces & { sum: TensorInfo; scale: TensorInfo; dy: TensorInfo },
    ResidualAttributes
  >('ResidualNormGradient', (call, { sum, scale, dy, ...rows }, attributes) => {
    const { pool, allocate, address, alias } = call;
    const dResidual = allocate(sum.shape);
    const dx = attributes.rate === 0 ? alias(dResidual) : allocate(sum.shape);
    const sums = sumParts(call, sum, (tasks, parts) =>
      pool.run('residualNormGradient', tasks, [
        ...[sum, scale, dy, dResidual, dx].map(address),
        parts,
        ...normNumbers(sum, attributes.epsilon),
        ...rowDropout(address, rows, attributes),
      ]),
    );
    return [dx, dResidual, ...sums];
  });
  registerWasmKernel<RowPlaces & { x: TensorInfo }, DropoutAttributes>(
    'RowDropout',
    ({ pool, allocate, address }, { x, ...rows }, attributes) => {
      const y = allocate(x.shape);
      pool.run('dropRows', countTasks(x.shape[0]!, pool.kernels.ROWS_A_TASK), [
        ...[address(x), address(y), x.shape[0]!, x.shape[1]!],
        ...rowDropout(address, rows, attributes),
      ]);
      return y;
    },
  );
  registerWasmKernel<{ x: TensorInfo; segmentIds: TensorInfo }, { numSegments: number }>(
    'UnsortedSegmentSum',
    ({ pool, allocate, address }, { x, segmentIds }, { numSegments }) => {
      const [rows, ...inner] = x.shape as [number, ...number[]];
      const sums = allocate([numSegments, ...inner]);
      const columns = sizeOf(sums) / Math.max(1, numSegments);
      pool.run('clear', countTasks(sizeOf(sums), pool.kernels.NUMBERS_A_TASK), [
        address(sums),
        sizeOf(sums),
      ]);
      pool.run('segmentSum', countTasks(columns, pool.kernels.COLUMNS_A_TASK), [
        ...[address(x), address(segmentIds), address(sums)],
        ...[rows, numSegments, columns],
      ]);
      return sums;
    },
  );
  // tfjs' own gather copies the whole table first.
  registerWasmKernel<{ table: TensorInfo; ids: TensorInfo }>(
    'GatherRows',
    ({ pool, allocate, address }, { table, ids }) => {
      const [entries, columns] = table.shape as [number, number];
      const count = sizeOf(ids);
      const rows = allocate([count, columns]);
      pool.run('gatherRows', countTasks(count, pool.kernels.ROWS_A_TASK), [
        ...[address(table), address(ids), address(rows)],
        ...[count, entries, columns],
      ]);
      return rows;
    },
  );
  registerWasmKernel<{ logits: TensorInfo; labels: TensorInfo }, { denominator: number }>(
    'MaskedCrossEntropy',
    (call, { logits, labels }, { denominator }) => {
      const [rows, tags] = logits.shape as [number, number];
      const loss = call.allocate([]);
      const dLogits = call.allocate(logits.shape);
      const tasks = countTasks(rows, call.pool.kernels.ROWS_A_TASK);
      const sum = call.borrow(8 * tasks, (parts) => {
        call.pool.run('crossEntropy', tasks, [
          ...[call.address(logits), call.address(labels), call.address(dLogits), parts],
          ...[rows, tags, 1 / denominator],
        ]);
        return call.sumOfDoubles(parts, tasks);
      });
      call.setScalar(loss, sum / denominator);
      return [loss, dLogits];
    },
  );
}

/** Rows, width and epsilon. */
function normNumbers({ shape }: TensorInfo, epsilon: number): number[] {
  return [shape[0]!, shape[1]!, epsilon];
}

/** What a kernel drops by: the rows' table, key, threshold, 1 / (1 − rate). */
function rowDropout(
  address: WasmCall['address'],
  { table }: RowPlaces,
  attributes: DropoutAttributes,
): number[] {
  return [table ? address(table) : 0, ...dropoutNumbers(attributes)];
}

/** dScale and dShift f32[width], of the parts that `run` leaves for its tasks. */
function sumParts(
  { pool, allocate, address, borrow }: WasmCall,
  { shape }: TensorInfo,
  run: (tasks: number, parts: number) => void,
): [dScale: TensorInfo, dShift: TensorInfo] {
  const [rows, width] = shape as [number, number];
  const [dScale, dShift] = [allocate([width]), allocate([width])];
  const tasks = countTasks(rows, pool.kernels.ROWS_A_TASK);
  borrow(8 * tasks * width, (parts) => {
    run(tasks, parts);
    const bands = countTasks(width, pool.kernels.COLUMNS_A_TASK);
    pool.run('addParts', bands, [parts, 8 * width, address(dScale), tasks, width]);
    pool.run('addParts', bands, [parts + 4 * width, 8 * width, address(dShift), tasks, width]);
  });
  return [dScale, dShift];
}
