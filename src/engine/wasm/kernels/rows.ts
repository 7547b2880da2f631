import type { TensorInfo } from '@tensorflow/tfjs-core';
import { dropoutNumbers, type DropoutAttributes } from '../../ops/dropout-hash';
import { sizeOf } from '../../ops/register-kernel';
import { countTasks, registerWasmKernel, type WasmCall } from './wasm-kernel';

/** Registers the kernels that treat rows: layer norm, sums over rows, cross-entropy. */
export function registerWasmRows(): void {
  registerWasmKernel(
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
  registerWasmKernel('LayerNormGradient', (call, { x, scale, dy }, { epsilon }) => {
    const dx = call.allocate(x.shape);
    const sums = sumParts(call, x, (tasks, parts) =>
      call.pool.run('layerNormGradient', tasks, [
        ...[x, scale, dy, dx].map(call.address),
        parts,
        ...normNumbers(x, epsilon),
      ]),
    );
    return [dx, ...sums];
  });
  registerWasmKernel(
    'ResidualNorm',
    ({ pool, allocate, address }, { x, residual, scale, shift, table }, attributes) => {
      const [sum, y] = [allocate(x.shape), allocate(x.shape)];
      pool.run('residualNorm', countTasks(x.shape[0]!, pool.kernels.ROWS_A_TASK), [
        ...[x, residual, scale, shift, sum, y].map(address),
        ...normNumbers(x, attributes.epsilon),
        ...rowDropout(address, table, attributes),
      ]);
      return [y, sum];
    },
  );
  registerWasmKernel('ResidualNormGradient', (call, { sum, scale, dy, table }, attributes) => {
    const { pool, allocate, address, alias } = call;
    const dResidual = allocate(sum.shape);
    const dx = attributes.rate === 0 ? alias(dResidual) : allocate(sum.shape);
    const sums = sumParts(call, sum, (tasks, parts) =>
      pool.run('residualNormGradient', tasks, [
        ...[sum, scale, dy, dResidual, dx].map(address),
        parts,
        ...normNumbers(sum, attributes.epsilon),
        ...rowDropout(address, table, attributes),
      ]),
    );
    return [dx, dResidual, ...sums];
  });
  registerWasmKernel('RowDropout', ({ pool, allocate, address }, { x, table }, attributes) => {
    const y = allocate(x.shape);
    pool.run('dropRows', countTasks(x.shape[0]!, pool.kernels.ROWS_A_TASK), [
      ...[address(x), address(y), x.shape[0]!, x.shape[1]!],
      ...rowDropout(address, table, attributes),
    ]);
    return y;
  });
  registerWasmKernel(
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
  registerWasmKernel('GatherRows', ({ pool, allocate, address }, { table, ids }) => {
    const [entries, columns] = table.shape as [number, number];
    const count = sizeOf(ids);
    const rows = allocate([count, columns]);
    pool.run('gatherRows', countTasks(count, pool.kernels.ROWS_A_TASK), [
      ...[address(table), address(ids), address(rows)],
      ...[count, entries, columns],
    ]);
    return rows;
  });
  registerWasmKernel('MaskedCrossEntropy', (call, { logits, labels }, { denominator }) => {
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
  });
}

/** Gives the numbers that all norms take: rows, width and epsilon. */
function normNumbers({ shape }: TensorInfo, epsilon: number): number[] {
  return [shape[0]!, shape[1]!, epsilon];
}

/** Gives the numbers that a kernel drops by: the address of the rows' table, key, threshold and 1 / (1 − rate). */
function rowDropout(
  address: WasmCall['address'],
  table: TensorInfo | undefined,
  attributes: DropoutAttributes,
): number[] {
  return [table ? address(table) : 0, ...dropoutNumbers(attributes)];
}

/** Sums dScale and dShift, f32[width], over the parts that `run` leaves, one for each task. */
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
