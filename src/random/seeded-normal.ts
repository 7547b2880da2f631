import { splitMix } from './split-mix';

/**
 * Draws numbers from normal(0, deviation), the same for the same seed on any machine with the same `Math` library: uniform numbers from
 * SplitMix32, two for each result (Box and Muller 1958).
 *
 * @returns f32[size]
 */
export function seededNormal(size: number, deviation: number, seed: number): Float32Array {
  const uniform = splitMix(seed);
  return Float32Array.from({ length: size }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - uniform())); // 1 − u is never 0
    return deviation * radius * Math.cos(2 * Math.PI * uniform());
  });
}
