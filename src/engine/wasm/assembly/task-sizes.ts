// What one task covers, of kernels that go over numbers, over rows, or over columns in the order of their rows. The host counts tasks by
// the same constants, exported. They do not depend on the threads, because sums are split by them.
export const NUMBERS_A_TASK: i32 = 8192;
export const ROWS_A_TASK: i32 = 16;
export const COLUMNS_A_TASK: i32 = 64;
