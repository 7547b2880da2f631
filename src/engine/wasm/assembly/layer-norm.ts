import { COLUMNS_A_TASK, ROWS_A_TASK } from './task-sizes';
import { dropLine, rowHash } from './dropout';
import { bytesOf, keepLanes, loadLanes, multiplyAdd, storeLanes, sumOfLanes } from './vector-math';

/** Computes the mean of a row. */
function meanOf(x: usize, width: i32): f32 {
  let sums = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    sums = f32x4.add(sums, loadLanes(x + bytesOf(i), width - i));
  }
  return sumOfLanes(sums) / <f32>width;
}

/** Computes 1 / √(variance + epsilon) with the biased variance. */
function inverseDeviation(x: usize, width: i32, mean: f32, epsilon: f32): f32 {
  const means = f32x4.splat(mean);
  let sums = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    const count = width - i;
    const d = keepLanes(f32x4.sub(loadLanes(x + bytesOf(i), count), means), count);
    sums = multiplyAdd(d, d, sums);
  }
  return 1 / sqrt<f32>(sumOfLanes(sums) / <f32>width + epsilon);
}

/** Computes one row of y = (x − mean) / √(variance + epsilon) · scale + shift. */
function normalizeRow(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  width: i32,
  epsilon: f32,
): void {
  const mean = meanOf(x, width);
  const inverse = f32x4.splat(inverseDeviation(x, width, mean, epsilon));
  for (let i = 0; i < width; i += 4) {
    const at = bytesOf(i);
    const count = width - i;
    const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, count), f32x4.splat(mean)), inverse);
    const scaled = multiplyAdd(normal, loadLanes(scale + at, count), loadLanes(shift + at, count));
    storeLanes(y + at, scaled, count);
  }
}

/**
 * Computes one row of dx, and adds the row's part to dScale and dShift.
 *
 * Let x̂ be the normalised row and g = dy · scale; then dx = (g − mean(g) − x̂ · mean(g · x̂)) / √(variance + epsilon). Mean and variance are
 * computed again: reading a row twice costs less than keeping them.
 */
function normalizeRowGradient(
  x: usize,
  scale: usize,
  dy: usize,
  dx: usize,
  dScale: usize,
  dShift: usize,
  width: i32,
  epsilon: f32,
): void {
  const mean = f32x4.splat(meanOf(x, width));
  const inverse = f32x4.splat(inverseDeviation(x, width, f32x4.extract_lane(mean, 0), epsilon));
  let sums = f32x4.splat(0);
  let products = f32x4.splat(0);
  for (let i = 0; i < width; i += 4) {
    const at = bytesOf(i);
    const count = width - i;
    const d = loadLanes(dy + at, count);
    const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, count), mean), inverse);
    const g = f32x4.mul(d, loadLanes(scale + at, count));
    sums = f32x4.add(sums, g);
    products = multiplyAdd(g, normal, products);
    storeLanes(dScale + at, multiplyAdd(d, normal, loadLanes(dScale + at, count)), count);
    storeLanes(dShift + at, f32x4.add(d, loadLanes(dShift + at, count)), count);
  }
  const meanG = f32x4.splat(sumOfLanes(sums) / <f32>width);
  const meanProduct = f32x4.splat(sumOfLanes(products) / <f32>width);
  for (let i = 0; i < width; i += 4) {
    const at = bytesOf(i);
    const count = width - i;
    const normal = f32x4.mul(f32x4.sub(loadLanes(x + at, count), mean), inverse);
    const g = f32x4.mul(loadLanes(dy + at, count), loadLanes(scale + at, count));
    const centred = f32x4.sub(f32x4.sub(g, meanG), f32x4.mul(normal, meanProduct));
    storeLanes(dx + at, f32x4.mul(centred, inverse), count);
  }
}

/** Computes the layer norm of 16 rows; x, y f32[rows, width]. */
export function layerNorm(
  task: i32,
  scratch: usize,
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const at = bytesOf(row) * <usize>width;
    normalizeRow(x + at, scale, shift, y + at, width, epsilon);
  }
}

/** Computes dx for 16 rows, and this task's part of dScale and dShift: parts f32[tasks, 2, width]. */
export function layerNormGradient(
  task: i32,
  scratch: usize,
  x: usize,
  scale: usize,
  dy: usize,
  dx: usize,
  parts: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  const bytes = bytesOf(width);
  const part = parts + <usize>task * 2 * bytes;
  memory.fill(part, 0, 2 * bytes);
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const at = <usize>row * bytes;
    // prettier-ignore
    normalizeRowGradient(x + at, scale, dy + at, dx + at, part, part + bytes, width, epsilon);
  }
}

/**
 * Computes sum = residual + dropout(x), and y, its layer norm, for 16 rows; x, residual, sum, y f32[rows, width]. Dropout is that of dropout.ts.
 */
export function residualNorm(
  task: i32,
  scratch: usize,
  x: usize,
  residual: usize,
  scale: usize,
  shift: usize,
  sum: usize,
  y: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
  table: usize,
  key: i32,
  threshold: i32,
  keptScale: f32,
): void {
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const at = bytesOf(row) * <usize>width;
    let from = x + at;
    if (threshold != 0) {
      from = sum + at;
      dropLine(x + at, from, width, rowHash(row, key, table), threshold, keptScale);
    }
    addLine(from, residual + at, sum + at, width);
    normalizeRow(sum + at, scale, shift, y + at, width, epsilon);
  }
}

/** Computes the gradients of `residualNorm` for 16 rows: by the residual, by x, and parts as `layerNormGradient` leaves them. */
export function residualNormGradient(
  task: i32,
  scratch: usize,
  sum: usize,
  scale: usize,
  dy: usize,
  dResidual: usize,
  dx: usize,
  parts: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
  table: usize,
  key: i32,
  threshold: i32,
  keptScale: f32,
): void {
  layerNormGradient(task, scratch, sum, scale, dy, dResidual, parts, rows, width, epsilon);
  if (threshold == 0) return; // dx is dResidual
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const at = bytesOf(row) * <usize>width;
    const hash = rowHash(row, key, table);
    dropLine(dResidual + at, dx + at, width, hash, threshold, keptScale);
  }
}

function addLine(a: usize, b: usize, sum: usize, width: i32): void {
  for (let i = 0; i < width; i += 4) {
    const at = bytesOf(i);
    const count = width - i;
    storeLanes(sum + at, f32x4.add(loadLanes(a + at, count), loadLanes(b + at, count)), count);
  }
}

/** Computes sums = Σ_part parts[part] for 64 of the columns, in the order of the parts. Parts are `stride` bytes apart. */
export function addParts(
  task: i32,
  scratch: usize,
  parts: usize,
  stride: usize,
  sums: usize,
  count: i32,
  columns: i32,
): void {
  const end = min(columns, (task + 1) * COLUMNS_A_TASK);
  for (let column = task * COLUMNS_A_TASK; column < end; column += 4) {
    const lanes = end - column;
    const at = bytesOf(column);
    let sum = f32x4.splat(0);
    for (let part = 0; part < count; part++) {
      sum = f32x4.add(sum, loadLanes(parts + <usize>part * stride + at, lanes));
    }
    storeLanes(sums + at, sum, lanes);
  }
}
