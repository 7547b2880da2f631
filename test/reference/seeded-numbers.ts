/** Numbers in [−1, 1), the same for a seed everywhere (a 32-bit linear congruential generator; Numerical Recipes' constants). */
export function seededNumbers(size: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}
