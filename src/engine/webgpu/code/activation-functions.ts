import type { Activation } from '../../ops/activations';

/**
 * WGSL of each activation: `activated(x)` is its value and its slope.
 *
 * GELU takes Φ(x), the normal distribution function, by Abramowitz & Stegun 1964, 7.1.26, within 7.5e-8. GELU by tanh is x · σ(v) with the
 * logistic function σ and v = 2√(2/π) · (x + 0.044715x³), which is 0 or 1 beyond ±10; so a large number's cube never overflows.
 */
export const ACTIVATION_FUNCTIONS: Readonly<Record<Activation, string>> = {
  gelu: `
fn normalCdf(x: f32) -> f32 {
  let z = abs(x) * 0.7071067811865476;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let tail = 0.5 * series * exp(-z * z);
  return select(tail, 1.0 - tail, x >= 0.0);
}
fn activated(x: f32) -> vec2f {
  let cdf = normalCdf(x);
  return vec2f(x * cdf, cdf + x * 0.3989422804014327 * exp(-0.5 * x * x));
}`,
  gelu_new: `
fn activated(x: f32) -> vec2f {
  let near = clamp(x, -10.0, 10.0);
  let square = near * near;
  let v = 1.5957691216057308 * near * (1.0 + 0.044715 * square);
  let power = exp(-abs(v));
  let larger = 1.0 / (1.0 + power);
  let smaller = power * larger;
  let logistic = select(larger, smaller, v < 0.0);
  let steepness = 1.5957691216057308 * (1.0 + 0.134145 * square);
  return vec2f(x * logistic, logistic + x * larger * smaller * steepness);
}`,
  relu: `
fn activated(x: f32) -> vec2f { return select(vec2f(x, 1.0), vec2f(), x <= 0.0); }`,
};
