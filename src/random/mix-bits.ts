/**
 * Mixes 32 bits so that each bit of the input flips about half of the bits of the output, and no two inputs meet: MurmurHash3's 32-bit
 * finaliser (Appleby 2011). `mixBits(1)` is 1364076727.
 *
 * @param bits any number; its low 32 bits count.
 * @returns u32: a number in [0, 2³²).
 */
export function mixBits(bits: number): number {
  let mixed = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
