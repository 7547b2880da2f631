// Sizes of a task: of kernels that go over numbers, over rows, or over columns in the order of their rows. The module exports them, because the
// host counts tasks by the same constants. They do not depend on the number of threads: sums are split by them.
export const NUMBERS_A_TASK: i32 = 8192;
export const ROWS_A_TASK: i32 = 16;
export const COLUMNS_A_TASK: i32 = 64;

/** Computes the number behind a task's chunk of numbers. */
export function endOf(task: i32, count: i32): i32 {
  return min(count, (task + 1) * NUMBERS_A_TASK);
}
