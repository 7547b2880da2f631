import { ROWS_A_TASK } from './task-sizes';
import { bytesOf, exponential, keepLanes, loadLanes, storeLanes } from './vector-math';

/** Computes ln x of a number from 1 on, within 1e-11: from its exponent, and by artanh's series for the rest, m in [√½, √2). */
function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    exponent++;
  }
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let series = 0.0;
  for (let power = 15; power >= 1; power -= 2) series = series * square + 1.0 / <f64>power;
  return <f64>exponent * 0.6931471805599453 + 2 * s * series;
}

/**
 * Computes the cross-entropy of 16 rows and its gradient: parts[task] = −Σ log softmax(logits)[label], in f64, and
 * dLogits = (softmax(logits) − onehot) · scale. A row whose label is outside [0, tags) counts nothing.
 *
 * logits, dLogits f32[rows, tags]; labels i32[rows]; parts f64[tasks].
 */
export function crossEntropy(
  task: i32,
  scratch: usize,
  logits: usize,
  labels: usize,
  dLogits: usize,
  parts: usize,
  rows: i32,
  tags: i32,
  scale: f32,
): void {
  const end = min(rows, (task + 1) * ROWS_A_TASK);
  let loss: f64 = 0;
  for (let row = task * ROWS_A_TASK; row < end; row++) {
    const from = logits + bytesOf(row) * <usize>tags;
    const to = dLogits + bytesOf(row) * <usize>tags;
    const label = load<i32>(labels + bytesOf(row));
    if (label < 0 || label >= tags) {
      memory.fill(to, 0, bytesOf(tags));
      continue;
    }
    let largest: f32 = load<f32>(from);
    for (let tag = 1; tag < tags; tag++) largest = max(largest, load<f32>(from + bytesOf(tag)));
    let sum: f64 = 0;
    for (let tag = 0; tag < tags; tag += 4) {
      const lanes = tags - tag;
      const shifted = f32x4.sub(loadLanes(from + bytesOf(tag), lanes), f32x4.splat(largest));
      const powers = keepLanes(exponential(shifted), lanes);
      storeLanes(to + bytesOf(tag), powers, lanes);
      sum += <f64>f32x4.extract_lane(powers, 0) + <f64>f32x4.extract_lane(powers, 1);
      sum += <f64>f32x4.extract_lane(powers, 2) + <f64>f32x4.extract_lane(powers, 3);
    }
    const factor = f32x4.splat(<f32>(<f64>scale / sum));
    for (let tag = 0; tag < tags; tag += 4) {
      const at = bytesOf(tag);
      storeLanes(to + at, f32x4.mul(loadLanes(to + at, tags - tag), factor), tags - tag);
    }
    const chosen = to + bytesOf(label);
    store<f32>(chosen, load<f32>(chosen) - scale);
    loss += logarithm(sum) - (<f64>load<f32>(from + bytesOf(label)) - <f64>largest);
  }
  store<f64>(parts + 8 * <usize>task, loss);
}
