import { ROWS_A_TASK } from './task-sizes';
import { bytesOf } from './vector-math';

/** Mixes bits as `mix` in ops/dropout-hash.ts does: MurmurHash3's finaliser. */
function mix(hash: i32): i32 {
  hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}

/** Hashes one coordinate more, as `chain` in ops/dropout-hash.ts. */
export function chain(hash: i32, coordinate: i32): i32 {
  return mix(hash ^ ((coordinate + 1) * 0x9e3779b9));
}

/** Computes a mask of four neighbouring elements: all ones in the lanes of those that are kept, whose hash is not below the threshold. */
export function keptLanes(lineHash: i32, column: i32, threshold: i32): v128 {
  const columns = i32x4.add(i32x4.splat(column), i32x4(1, 2, 3, 4));
  let hash = v128.xor(i32x4.splat(lineHash), i32x4.mul(columns, i32x4.splat(0x9e3779b9)));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x85ebca6b));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35));
  hash = v128.xor(hash, i32x4.shr_u(hash, 16));
  return i32x4.ge_u(hash, i32x4.splat(threshold));
}

/** Tells whether one element is kept. */
function isKept(lineHash: i32, column: i32, threshold: i32): bool {
  return <u32>chain(lineHash, column) >= <u32>threshold;
}

/** Computes to = from · mask · scale for one line of elements; `from` and `to` may be one. */
export function dropLine(
  from: usize,
  to: usize,
  columns: i32,
  lineHash: i32,
  threshold: i32,
  scale: f32,
): void {
  const scales = f32x4.splat(scale);
  let column = 0;
  for (; column + 4 <= columns; column += 4) {
    const at = bytesOf(column);
    const kept = keptLanes(lineHash, column, threshold);
    v128.store(to + at, v128.and(kept, f32x4.mul(v128.load(from + at), scales)));
  }
  for (; column < columns; column++) {
    const at = bytesOf(column);
    store<f32>(to + at, isKept(lineHash, column, threshold) ? load<f32>(from + at) * scale : 0);
  }
}

/** Loads the index that a row's sentence has in the effective batch: the third of the row's numbers in `table`, i32[rows, 3]. */
export function sentenceOf(table: usize, row: i32): i32 {
  return load<i32>(table + bytesOf(3 * row), 8);
}

/** Hashes a row of hidden states: its sentence's index in the effective batch, group 0, and its place in the sentence. */
export function rowHash(row: i32, key: i32, table: usize): i32 {
  const at = bytesOf(3 * row);
  return chain(chain(chain(key, sentenceOf(table, row)), 0), load<i32>(table + at));
}

/**
 * Computes y = x · mask / (1 − rate) for 16 rows of hidden states; x, y f32[rows, width]. An element is dropped where its hash, unsigned, is
 * below `threshold`; 0 drops nothing. `scale` is 1 / (1 − rate).
 */
export function dropRows(
  task: i32,
  scratch: usize,
  x: usize,
  y: usize,
  rows: i32,
  width: i32,
  table: usize,
  key: i32,
  threshold: i32,
  scale: f32,
): void {
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const at = bytesOf(row) * <usize>width;
    dropLine(x + at, y + at, width, rowHash(row, key, table), threshold, scale);
  }
}
