/** Computes the bytes of so many numbers of 32 bits. */
export function bytesOf(count: i32): usize {
  return <usize>count * 4;
}

/** Computes a · b + c in each lane. It is rounded once where the module is built with relaxed SIMD and the processor fuses, else twice. */
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Loads the first `count` of four numbers and sets the other lanes to 0; nothing behind them is read. */
export function loadLanes(address: usize, count: i32): v128 {
  if (count >= 4) return v128.load(address);
  let lanes = f32x4.splat(0);
  if (count > 0) lanes = f32x4.replace_lane(lanes, 0, load<f32>(address));
  if (count > 1) lanes = f32x4.replace_lane(lanes, 1, load<f32>(address, 4));
  if (count > 2) lanes = f32x4.replace_lane(lanes, 2, load<f32>(address, 8));
  return lanes;
}

/** Stores the first `count` lanes. */
export function storeLanes(address: usize, lanes: v128, count: i32): void {
  if (count >= 4) {
    v128.store(address, lanes);
    return;
  }
  if (count > 0) store<f32>(address, f32x4.extract_lane(lanes, 0));
  if (count > 1) store<f32>(address, f32x4.extract_lane(lanes, 1), 4);
  if (count > 2) store<f32>(address, f32x4.extract_lane(lanes, 2), 8);
}

/** Keeps the first `count` lanes as they are, and sets the others to 0. */
export function keepLanes(lanes: v128, count: i32): v128 {
  return v128.and(lanes, i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count)));
}

export function sumOfLanes(lanes: v128): f32 {
  return (
    f32x4.extract_lane(lanes, 0) +
    f32x4.extract_lane(lanes, 1) +
    (f32x4.extract_lane(lanes, 2) + f32x4.extract_lane(lanes, 3))
  );
}

export function largestLane(lanes: v128): f32 {
  return max(
    max(f32x4.extract_lane(lanes, 0), f32x4.extract_lane(lanes, 1)),
    max(f32x4.extract_lane(lanes, 2), f32x4.extract_lane(lanes, 3)),
  );
}

/** ln 2 in two parts: n · the first is exact for every exponent n. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440054690583e-4;

/**
 * Computes eˣ, within 2 units in the last place for x ≤ 88; it is 0 below −87.
 *
 * x = n · ln 2 + r with |r| ≤ ½ ln 2, and eʳ by Taylor's series to the seventh power: the rest is below r⁸ / 8! = 5e-9.
 */
export function exponential(x: v128): v128 {
  const exponent = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>1.4426950408889634)));
  let r = f32x4.sub(x, f32x4.mul(exponent, f32x4.splat(LN2_HIGH)));
  r = f32x4.sub(r, f32x4.mul(exponent, f32x4.splat(LN2_LOW)));
  let power = f32x4.splat(<f32>(1.0 / 5040.0));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 720.0)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 120.0)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 24.0)));
  power = multiplyAdd(power, r, f32x4.splat(<f32>(1.0 / 6.0)));
  power = multiplyAdd(power, r, f32x4.splat(0.5));
  power = multiplyAdd(power, r, f32x4.splat(1));
  power = multiplyAdd(power, r, f32x4.splat(1));
  const scaled = i32x4.add(power, i32x4.shl(i32x4.trunc_sat_f32x4_s(exponent), 23));
  return v128.andnot(scaled, f32x4.lt(x, f32x4.splat(-87)));
}

/** Computes φ(x) = e^(−x² / 2) / √(2π), the normal density. */
export function normalDensity(x: v128): v128 {
  const power = exponential(f32x4.mul(f32x4.mul(x, x), f32x4.splat(-0.5)));
  return f32x4.mul(power, f32x4.splat(<f32>0.3989422804014327));
}

/**
 * Computes Φ(x), the normal distribution function, from the density at x, within 2e-7: Hastings' approximation of the error function
 * (Abramowitz & Stegun 1964, 7.1.26).
 */
export function normalDistribution(x: v128, density: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), f32x4.splat(<f32>0.7071067811865476));
  const one = f32x4.splat(1);
  const t = f32x4.div(one, multiplyAdd(z, f32x4.splat(<f32>0.3275911), one));
  let tail = f32x4.splat(<f32>1.061405429);
  tail = multiplyAdd(tail, t, f32x4.splat(<f32>-1.453152027));
  tail = multiplyAdd(tail, t, f32x4.splat(<f32>1.421413741));
  tail = multiplyAdd(tail, t, f32x4.splat(<f32>-0.284496736));
  tail = multiplyAdd(tail, t, f32x4.splat(<f32>0.254829592));
  // ½ · e^(−x² / 2) = density · √(2π) / 2
  tail = f32x4.mul(f32x4.mul(tail, t), f32x4.mul(density, f32x4.splat(<f32>1.2533141373155003)));
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}
