import { bytesOf } from './vector-math';
/** MurmurHash3's finaliser, as `mix` in ops/dropout-hash.ts. */
function mix(hash: i32): i32 {
  hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
  hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
  return hash ^ (hash >>> 16);
}

/** The hash one coordinate further, as `chain` in ops/dropout-hash.ts. */
export function chain(hash: i32, coordinate: i32): i32 {
  return mix(hash ^ ((coordinate + 1) * 0x9e3779b9));
}

/** Of four neighbouring elements, all ones in the lanes whose hash is not below the threshold. */
export function keptLanes(lineHash: i32, column: i32, threshold: i32): v128 {
  const columns = i32x4.add(i32x4.splat(column), i32x4(1, 2, 3, 4));
  let hash = v128.xor(i32x4.splat(lineHash), i32x4.mul(columns, i32x4.splat(0x9e3779b9)));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 16)), i32x4.splat(0x85ebca6b));
  hash = i32x4.mul(v128.xor(hash, i32x4.shr_u(hash, 13)), i32x4.splat(0xc2b2ae35));
  hash = v128.xor(hash, i32x4.shr_u(hash, 16));
  return i32x4.ge_u(hash, i32x4.splat(threshold));
}

/** True where one element is kept. */
function isKept(lineHash: i32, column: i32, threshold: i32): bool {
  return <u32>chain(lineHash, column) >= <u32>threshold;
}

/** to = from · mask · scale for one line of elements; `from` and `to` may be one. */
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

/** Lines of one task of `dropout`. */
const LINES: i32 = 16;

/**
 * y = x · mask / (1 − rate); x f32[batch, groups, lines, columns], rows i32[batch]. One task drops 16 of the batch · groups · lines lines.
 * `threshold` is a hash below which an element is dropped, unsigned; `scale` is 1 / (1 − rate).
 */
export function dropout(
  task: i32,
  scratch: usize,
  x: usize,
  y: usize,
  rows: usize,
  groups: i32,
  lines: i32,
  columns: i32,
  all: i32,
  key: i32,
  threshold: i32,
  scale: f32,
): void {
  const end = min(all, (task + 1) * LINES);
  for (let index = task * LINES; index < end; index++) {
    const line = index % lines;
    const group = (index / lines) % groups;
    const sentence = <usize>(index / lines / groups);
    const hash = chain(chain(chain(key, load<i32>(rows + 4 * sentence)), group), line);
    const at = bytesOf(index) * <usize>columns;
    dropLine(x + at, y + at, columns, hash, threshold, scale);
  }
}
