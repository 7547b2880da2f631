import { bytesOf } from './vector-math';
import { TILE_COLUMNS, TILE_ROWS } from './micro-kernel';

/**
 * Lays `count` ≤ `width` lines of `inner` numbers side by side: to[k, line] = from[line · lineStride + k · step], and 0 beyond the last line.
 *
 * `width` is TILE_ROWS or TILE_COLUMNS; strides are in bytes. Lines that lie side by side, or along k, are copied vector by vector.
 */
export function pack(
  from: usize,
  lineStride: usize,
  step: usize,
  to: usize,
  width: i32,
  count: i32,
  inner: i32,
): void {
  if (count == width && lineStride == 4) packColumns(from, step, to, width, inner);
  else if (count == width && step == 4) packLines(from, lineStride, to, width, inner);
  else packAny(from, lineStride, step, to, width, count, inner);
}

/** Copies lines that lie side by side. */
function packColumns(from: usize, step: usize, to: usize, width: i32, inner: i32): void {
  if (width == TILE_COLUMNS) {
    for (let k = inner; k > 0; k--) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
      from += step;
      to += 32;
    }
  } else {
    for (let k = inner; k > 0; k--) {
      v128.store(to, v128.load(from));
      if (TILE_ROWS == 6) store<u64>(to, load<u64>(from, 16), 16);
      from += step;
      to += 4 * TILE_ROWS;
    }
  }
}

/** Copies lines that lie along k: four numbers of four lines at a time, transposed in registers. */
function packLines(from: usize, lineStride: usize, to: usize, width: i32, inner: i32): void {
  const toStep = bytesOf(width);
  for (let line = 0; line < width; line += 4) {
    const isPair = width - line == 2;
    let p0 = from + <usize>line * lineStride;
    let p1 = p0 + lineStride;
    let p2 = isPair ? p0 : p1 + lineStride;
    let p3 = isPair ? p1 : p2 + lineStride;
    let q = to + bytesOf(line);
    let k = inner;
    for (; k >= 4; k -= 4) {
      const a = v128.load(p0);
      const b = v128.load(p1);
      const c = v128.load(p2);
      const d = v128.load(p3);
      const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
      const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
      const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
      const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
      if (isPair) {
        v128.store64_lane(q, ab, 0);
        v128.store64_lane(q + toStep, ab, 1);
        v128.store64_lane(q + 2 * toStep, abHigh, 0);
        v128.store64_lane(q + 3 * toStep, abHigh, 1);
      } else {
        v128.store(q, v128.shuffle<f64>(ab, cd, 0, 2));
        v128.store(q + toStep, v128.shuffle<f64>(ab, cd, 1, 3));
        v128.store(q + 2 * toStep, v128.shuffle<f64>(abHigh, cdHigh, 0, 2));
        v128.store(q + 3 * toStep, v128.shuffle<f64>(abHigh, cdHigh, 1, 3));
      }
      p0 += 16;
      p1 += 16;
      p2 += 16;
      p3 += 16;
      q += 4 * toStep;
    }
    for (; k > 0; k--) {
      store<f32>(q, load<f32>(p0));
      store<f32>(q, load<f32>(p1), 4);
      if (!isPair) {
        store<f32>(q, load<f32>(p2), 8);
        store<f32>(q, load<f32>(p3), 12);
      }
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
      q += toStep;
    }
  }
}

/** Copies lines with any strides, number by number. */
function packAny(
  from: usize,
  lineStride: usize,
  step: usize,
  to: usize,
  width: i32,
  count: i32,
  inner: i32,
): void {
  const toStep = bytesOf(width);
  for (let line = 0; line < width; line++) {
    let p = from + <usize>line * lineStride;
    let q = to + bytesOf(line);
    for (let k = inner; k > 0; k--) {
      store<f32>(q, line < count ? load<f32>(p) : 0);
      p += step;
      q += toStep;
    }
  }
}
