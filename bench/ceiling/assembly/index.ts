// Ceiling of one core: multiply-adds that wait for nothing but one another.

/** Operations of one round: 12 independent sums of four lanes, a multiplication and an addition each. */
export const ROUND_OPERATIONS: i32 = 12 * 4 * 2;

/**
 * sum ← x · sum + y so many times for twelve vectors at once, all in registers: as many as hide the latency of the processor's
 * multiply-adds. Returns what depends on all of them.
 */
export function multiplyAdds(rounds: i32, x: f32, y: f32): f32 {
  const factor = f32x4.splat(x);
  const addend = f32x4.splat(y);
  let a = f32x4.splat(1.5);
  let b = f32x4.splat(2.5);
  let c = f32x4.splat(3.5);
  let d = f32x4.splat(4.5);
  let e = f32x4.splat(5.5);
  let f = f32x4.splat(6.5);
  let g = f32x4.splat(7.5);
  let h = f32x4.splat(8.5);
  let i = f32x4.splat(9.5);
  let j = f32x4.splat(10.5);
  let k = f32x4.splat(11.5);
  let l = f32x4.splat(12.5);
  for (; rounds > 0; rounds--) {
    a = multiplyAdd(factor, a, addend);
    b = multiplyAdd(factor, b, addend);
    c = multiplyAdd(factor, c, addend);
    d = multiplyAdd(factor, d, addend);
    e = multiplyAdd(factor, e, addend);
    f = multiplyAdd(factor, f, addend);
    g = multiplyAdd(factor, g, addend);
    h = multiplyAdd(factor, h, addend);
    i = multiplyAdd(factor, i, addend);
    j = multiplyAdd(factor, j, addend);
    k = multiplyAdd(factor, k, addend);
    l = multiplyAdd(factor, l, addend);
  }
  let sum = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  sum = f32x4.add(sum, f32x4.add(f32x4.add(g, h), f32x4.add(f32x4.add(i, j), f32x4.add(k, l))));
  return f32x4.extract_lane(sum, 0);
}

function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}
