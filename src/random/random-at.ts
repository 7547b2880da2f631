/**
 * Gives the random number at an index of a seed's sequence, without the numbers before it: two rounds of xor-shift and multiply over seed
 * and index, with the factors of MurmurHash3's finaliser (Appleby 2011).
 *
 * Corpora are split by these numbers, so their bits are part of what is stored: a change here would change every drawn split.
 *
 * @returns u32: a number in [0, 2³²).
 */
export function randomAt(seed: number, index: number): number {
  let hash = Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca77);
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) {
    hash = Math.imul(hash ^ (hash >>> 16), factor);
    hash ^= hash >>> 13;
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}
