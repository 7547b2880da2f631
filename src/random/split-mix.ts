/**
 * Makes a stream of uniform numbers in [0, 1), the same for the same seed: SplitMix32, after Steele, Lea and Flood 2014 (*Fast splittable
 * pseudorandom number generators*). Its state is one word, so use it for short streams; `SeededRandom` has a longer period.
 *
 * @param seed a whole number; its low 32 bits count.
 */
export function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let bits = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
    return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
  };
}
