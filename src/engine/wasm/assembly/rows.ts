import { COLUMNS_A_TASK, ROWS_A_TASK } from './task-sizes';
import { bytesOf, loadLanes, storeLanes } from './vector-math';

/** Adds x[row, column] to sums[ids[row], column] for 64 columns, row by row; ids outside [0, segments) are skipped. */
export function segmentSum(
  task: i32,
  scratch: usize,
  x: usize,
  ids: usize,
  sums: usize,
  rows: i32,
  segments: i32,
  columns: i32,
): void {
  const begin = task * COLUMNS_A_TASK;
  const end = min(columns, begin + COLUMNS_A_TASK);
  const rowBytes = bytesOf(columns);
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(ids + bytesOf(row));
    if (id < 0 || id >= segments) continue;
    for (let column = begin; column < end; column += 4) {
      const lanes = end - column;
      const at = bytesOf(column);
      const to = sums + <usize>id * rowBytes + at;
      const from = x + <usize>row * rowBytes + at;
      storeLanes(to, f32x4.add(loadLanes(to, lanes), loadLanes(from, lanes)), lanes);
    }
  }
}

/** Copies rows[i] = table[ids[i]] for 16 rows; a row whose id is outside [0, entries) becomes 0. table f32[entries, columns], ids i32[count]. */
export function gatherRows(
  task: i32,
  scratch: usize,
  table: usize,
  ids: usize,
  rows: usize,
  count: i32,
  entries: i32,
  columns: i32,
): void {
  const rowBytes = bytesOf(columns);
  const end = min(count, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const id = load<i32>(ids + bytesOf(row));
    const to = rows + <usize>row * rowBytes;
    if (id < 0 || id >= entries) memory.fill(to, 0, rowBytes);
    else memory.copy(to, table + <usize>id * rowBytes, rowBytes);
  }
}
