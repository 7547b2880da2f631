import { endOf, NUMBERS_A_TASK } from './task-sizes';
import {
  bytesOf,
  exponential,
  loadLanes,
  multiplyAdd,
  normalDensity,
  normalDistribution,
  storeLanes,
} from './vector-math';

/** Computes y = x · Φ(x) and slope = Φ(x) + x · φ(x), its derivative, for one chunk: together they cost little more than one of them. */
export function gelu(
  task: i32,
  scratch: usize,
  x: usize,
  y: usize,
  slope: usize,
  count: i32,
): void {
  const end = endOf(task, count);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    const value = loadLanes(x + at, end - i);
    const density = normalDensity(value);
    const distribution = normalDistribution(value, density);
    storeLanes(y + at, f32x4.mul(value, distribution), end - i);
    storeLanes(slope + at, multiplyAdd(value, density, distribution), end - i);
  }
}

/** √(2/π), twice. */
const TWICE_ROOT: f64 = 1.5957691216057308;
const CUBIC: f64 = 0.044715;

/**
 * Computes y = x · σ(v) and its slope σ(v) + x · σ(v)(1 − σ(v)) · v′ for one chunk, with the logistic function σ and
 * v = 2√(2/π) · (x + 0.044715x³): the GELU by tanh, because ½(1 + tanh u) = σ(2u).
 */
export function geluNew(
  task: i32,
  scratch: usize,
  x: usize,
  y: usize,
  slope: usize,
  count: i32,
): void {
  const end = endOf(task, count);
  const one = f32x4.splat(1);
  const root = f32x4.splat(<f32>TWICE_ROOT);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    const value = loadLanes(x + at, end - i);
    // σ(v) is 0 or 1 beyond ±10; so the cube of a large number never overflows.
    const near = f32x4.max(f32x4.min(value, f32x4.splat(10)), f32x4.splat(-10));
    const square = f32x4.mul(near, near);
    const v = f32x4.mul(near, multiplyAdd(square, f32x4.splat(<f32>(CUBIC * TWICE_ROOT)), root));
    const steepness = multiplyAdd(square, f32x4.splat(<f32>(3 * CUBIC * TWICE_ROOT)), root);
    const power = exponential(f32x4.neg(f32x4.abs(v)));
    const larger = f32x4.div(one, f32x4.add(one, power)); // σ(|v|)
    const smaller = f32x4.mul(power, larger); // 1 − σ(|v|)
    const logistic = v128.bitselect(smaller, larger, f32x4.lt(v, f32x4.splat(0)));
    const bend = f32x4.mul(value, f32x4.mul(larger, smaller));
    storeLanes(y + at, f32x4.mul(value, logistic), end - i);
    storeLanes(slope + at, multiplyAdd(bend, steepness, logistic), end - i);
  }
}

/** Computes y = max(x, 0) and its slope, which is 0 at 0, for one chunk. */
export function relu(
  task: i32,
  scratch: usize,
  x: usize,
  y: usize,
  slope: usize,
  count: i32,
): void {
  const end = endOf(task, count);
  const zero = f32x4.splat(0);
  for (let i = task * NUMBERS_A_TASK; i < end; i += 4) {
    const at = bytesOf(i);
    const value = loadLanes(x + at, end - i);
    storeLanes(y + at, f32x4.max(value, zero), end - i);
    storeLanes(slope + at, v128.andnot(f32x4.splat(1), f32x4.le(value, zero)), end - i);
  }
}
