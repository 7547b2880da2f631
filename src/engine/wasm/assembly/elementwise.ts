import { endOf, NUMBERS_A_TASK } from './task-sizes';
import { bytesOf, loadLanes, multiplyAdd, storeLanes } from './vector-math';

/** Computes product = a · b for one chunk; `product` may be one of them. */
export function multiplyNumbers(
  task: i32,
  scratch: usize,
  a: usize,
  b: usize,
  product: usize,
  count: i32,
): void {
  const end = endOf(task, count);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    const numbers = f32x4.mul(loadLanes(a + at, end - i), loadLanes(b + at, end - i));
    storeLanes(product + at, numbers, end - i);
  }
}

/** Computes sum = a + b for one chunk; `sum` may be one of them. */
export function add(task: i32, scratch: usize, a: usize, b: usize, sum: usize, count: i32): void {
  const end = endOf(task, count);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    storeLanes(
      sum + at,
      f32x4.add(loadLanes(a + at, end - i), loadLanes(b + at, end - i)),
      end - i,
    );
  }
}

/** Sets one chunk to 0. */
export function clear(task: i32, scratch: usize, x: usize, count: i32): void {
  const begin = task * NUMBERS_A_TASK;
  memory.fill(x + bytesOf(begin), 0, bytesOf(endOf(task, count) - begin));
}

/** Computes parts[task] = Σ x² over one chunk, in f64; parts f64[tasks]. */
export function sumOfSquares(task: i32, scratch: usize, x: usize, parts: usize, count: i32): void {
  const end = endOf(task, count);
  // Four pairs of sums, because each addition waits for the one before.
  let a = f64x2.splat(0);
  let b = f64x2.splat(0);
  let c = f64x2.splat(0);
  let d = f64x2.splat(0);
  let i = task * NUMBERS_A_TASK;
  for (; i + 8 <= end; i += 8) {
    const left = v128.load(x + bytesOf(i));
    const right = v128.load(x + bytesOf(i), 16);
    a = addSquares(a, left);
    b = addSquares(b, v128.shuffle<f64>(left, left, 1, 0));
    c = addSquares(c, right);
    d = addSquares(d, v128.shuffle<f64>(right, right, 1, 0));
  }
  for (; i < end; i += 4) {
    const rest = loadLanes(x + bytesOf(i), end - i);
    a = addSquares(a, rest);
    b = addSquares(b, v128.shuffle<f64>(rest, rest, 1, 0));
  }
  const sum = f64x2.add(f64x2.add(a, b), f64x2.add(c, d));
  store<f64>(parts + 8 * <usize>task, f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1));
}

/** Adds the squares of the first two lanes to two sums, in f64. */
function addSquares(sums: v128, lanes: v128): v128 {
  const wide = f64x2.promote_low_f32x4(lanes);
  return f64x2.add(sums, f64x2.mul(wide, wide));
}

/**
 * Takes one step of AdamW for one chunk, in place (Loshchilov & Hutter 2019, in the order of torch.optim.AdamW):
 *
 *   g ← gradient · factor;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  p ← p · keep − rate · m / (√v · rootFactor + ε)
 *
 * keep = 1 − lr · decay, rate = lr / (1 − β₁ᵗ), rootFactor = 1 / √(1 − β₂ᵗ).
 */
export function adamw(
  task: i32,
  scratch: usize,
  parameter: usize,
  m: usize,
  v: usize,
  gradient: usize,
  count: i32,
  factor: f32,
  beta1: f32,
  newOfM: f32,
  beta2: f32,
  newOfV: f32,
  epsilon: f32,
  keep: f32,
  rate: f32,
  rootFactor: f32,
): void {
  const end = endOf(task, count);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    const lanes = end - i;
    const g = f32x4.mul(loadLanes(gradient + at, lanes), f32x4.splat(factor));
    const newM = multiplyAdd(
      loadLanes(m + at, lanes),
      f32x4.splat(beta1),
      f32x4.mul(g, f32x4.splat(newOfM)),
    );
    const newV = multiplyAdd(
      loadLanes(v + at, lanes),
      f32x4.splat(beta2),
      f32x4.mul(f32x4.mul(g, g), f32x4.splat(newOfV)),
    );
    const root = multiplyAdd(f32x4.sqrt(newV), f32x4.splat(rootFactor), f32x4.splat(epsilon));
    const change = f32x4.div(f32x4.mul(newM, f32x4.splat(rate)), root);
    const kept = f32x4.mul(loadLanes(parameter + at, lanes), f32x4.splat(keep));
    storeLanes(m + at, newM, lanes);
    storeLanes(v + at, newV, lanes);
    storeLanes(parameter + at, f32x4.sub(kept, change), lanes);
  }
}
