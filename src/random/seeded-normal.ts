/**
 * Numbers from normal(0, deviation), the same for the same seed on any machine with one Math library: uniforms from SplitMix32, two at a
 * time through Box & Muller (1958).
 *
 * @returns f32[size]
 */
export function seededNormal(size: number, deviation: number, seed: number): Float32Array {
  let state = seed | 0;
  const uniform = () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
  return Float32Array.from({ length: size }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // 1 − u is never 0
    return deviation * radius * Math.cos(2 * Math.PI * uniform());
  });
}
