/**
 * A stream of random numbers that a seed decides: xoshiro128** (Blackman and Vigna 2018, *Scrambled linear pseudorandom number generators*).
 *
 * The stream belongs to all the words it is seeded with, so `new SeededRandom(seed, epoch)` gives every epoch its own stream and
 * nothing has to be stored to reach an epoch again.
 */
export class SeededRandom {
  /** u32[4], never all zero: all that decides the numbers to come. */
  readonly state: Uint32Array;

  constructor(...seedWords: number[]) {
    let mixed = 0;
    for (const word of seedWords) mixed = mixBits(mixed ^ mixBits((word >>> 0) + 0x9e3779b9));
    // Weyl steps through a bijective mix give four different words, of which at most one is zero.
    this.state = Uint32Array.from({ length: 4 }, (_, i) =>
      mixBits(mixed + Math.imul(i + 1, 0x9e3779b9)),
    );
  }

  /** The next 32 bits, as a number in [0, 2³²). */
  nextUint32(): number {
    const [s0, s1, s2, s3] = this.state as unknown as [number, number, number, number];
    const result = Math.imul(rotateLeft(Math.imul(s1, 5), 7), 9) >>> 0;
    const t2 = s2 ^ s0;
    const t3 = s3 ^ s1;
    this.state[0] = s0 ^ t3;
    this.state[1] = s1 ^ t2;
    this.state[2] = t2 ^ (s1 << 9);
    this.state[3] = rotateLeft(t3, 11);
    return result;
  }

  /** A whole number in [0, bound), each equally likely; bound is in [1, 2³²]. */
  nextBelow(bound: number): number {
    // Numbers beyond the last whole multiple of `bound` would favour the small results.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let bits = this.nextUint32();
    while (bits >= limit) bits = this.nextUint32();
    return bits % bound;
  }

  /** Brings the items into a random order, in place (Fisher and Yates; Knuth, TAOCP 2, algorithm 3.4.2 P). */
  shuffle(items: Int32Array | unknown[]): void {
    const slots = items as unknown[];
    for (let last = slots.length - 1; last > 0; last--) {
      const chosen = this.nextBelow(last + 1);
      [slots[last], slots[chosen]] = [slots[chosen], slots[last]];
    }
  }
}

function rotateLeft(bits: number, count: number): number {
  return (bits << count) | (bits >>> (32 - count));
}

/** MurmurHash3's 32-bit finaliser (Appleby): a bijection in which each input bit flips half of the output's. */
function mixBits(bits: number): number {
  let mixed = bits >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
