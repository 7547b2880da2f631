/**
 * WGSL of Φ(x), the normal distribution function, by Abramowitz & Stegun 1964, 7.1.26: within 7.5e-8. The slope of GELU, x·Φ(x), is
 * Φ(x) + x·φ(x).
 */
export const GELU_FUNCTIONS = `
fn normalCdf(x: f32) -> f32 {
  let z = abs(x) * 0.7071067811865476;
  let t = 1.0 / (1.0 + 0.3275911 * z);
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let tail = 0.5 * series * exp(-z * z);
  return select(tail, 1.0 - tail, x >= 0.0);
}
fn slopeOf(x: f32, cdf: f32) -> f32 { return cdf + x * 0.3989422804014327 * exp(-0.5 * x * x); }`;
