import { bytesOf, multiplyAdd } from './vector-math';

/**
 * Rows of a product that one call of the micro-kernel computes in registers. With fused multiply-add, 12 sums, two vectors of b and one of a fill
 * the sixteen registers of x64. Without it the product needs a register too, and six rows would spill.
 */
export const TILE_ROWS: i32 = ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Columns of a product that one call of the micro-kernel computes. */
export const TILE_COLUMNS: i32 = 8;

/**
 * Computes c[row, column] = start[row, column] + Σ_k a[k, row] · b[k, column]. Each sum runs in the order of k, wherever the tile lies.
 *
 * a f32[inner, TILE_ROWS] and b f32[inner, TILE_COLUMNS] are packed. `start` has a stride of its own, which is 0 where all rows begin with the
 * same row. Only `rows` rows of c are stored, and only so many of `start` are read. Strides are in bytes.
 */
export function multiplyTile(
  a: usize,
  b: usize,
  inner: i32,
  start: usize,
  startStride: usize,
  c: usize,
  cStride: usize,
  rows: i32,
): void {
  const last = rows - 1;
  let from = start;
  let c00 = v128.load(from);
  let c01 = v128.load(from, 16);
  if (last >= 1) from += startStride;
  let c10 = v128.load(from);
  let c11 = v128.load(from, 16);
  if (last >= 2) from += startStride;
  let c20 = v128.load(from);
  let c21 = v128.load(from, 16);
  if (last >= 3) from += startStride;
  let c30 = v128.load(from);
  let c31 = v128.load(from, 16);
  if (TILE_ROWS > 4 && last >= 4) from += startStride;
  let c40 = v128.load(from);
  let c41 = v128.load(from, 16);
  if (TILE_ROWS > 4 && last >= 5) from += startStride;
  let c50 = v128.load(from);
  let c51 = v128.load(from, 16);
  for (let k = inner; k > 0; k--) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c00 = multiplyAdd(x, b0, c00);
    c01 = multiplyAdd(x, b1, c01);
    x = v128.load32_splat(a, 4);
    c10 = multiplyAdd(x, b0, c10);
    c11 = multiplyAdd(x, b1, c11);
    x = v128.load32_splat(a, 8);
    c20 = multiplyAdd(x, b0, c20);
    c21 = multiplyAdd(x, b1, c21);
    x = v128.load32_splat(a, 12);
    c30 = multiplyAdd(x, b0, c30);
    c31 = multiplyAdd(x, b1, c31);
    if (TILE_ROWS > 4) {
      x = v128.load32_splat(a, 16);
      c40 = multiplyAdd(x, b0, c40);
      c41 = multiplyAdd(x, b1, c41);
      x = v128.load32_splat(a, 20);
      c50 = multiplyAdd(x, b0, c50);
      c51 = multiplyAdd(x, b1, c51);
    }
    a += bytesOf(TILE_ROWS);
    b += bytesOf(TILE_COLUMNS);
  }
  storeRow(c, c00, c01);
  if (rows > 1) storeRow(c + cStride, c10, c11);
  if (rows > 2) storeRow(c + 2 * cStride, c20, c21);
  if (rows > 3) storeRow(c + 3 * cStride, c30, c31);
  if (rows > 4) storeRow(c + 4 * cStride, c40, c41);
  if (rows > 5) storeRow(c + 5 * cStride, c50, c51);
}

function storeRow(address: usize, left: v128, right: v128): void {
  v128.store(address, left);
  v128.store(address, right, 16);
}
