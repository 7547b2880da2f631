import { mixBits } from './mix-bits';

/**
 * A stream of random numbers decided by its seed: xoshiro128** (Blackman and Vigna 2018, *Scrambled linear pseudorandom number
 * generators*).
 *
 * All the words that it is seeded with decide the stream, so `new SeededRandom(seed, epoch)` gives every epoch a stream of its own, and
 * nothing has to be stored to return to an epoch.
 */
export class SeededRandom {
  /** State of the generator, u32[4], never all zero: it alone decides the numbers to come. */
  readonly state: Uint32Array;

  constructor(...seedWords: number[]) {
    let mixed = 0;
    for (const word of seedWords) mixed = mixBits(mixed ^ mixBits((word >>> 0) + 0x9e3779b9));
    // Weyl steps through a bijective mix give four different words, of which at most one is zero.
    this.state = Uint32Array.from({ length: 4 }, (_, i) =>
      mixBits(mixed + Math.imul(i + 1, 0x9e3779b9)),
    );
  }

  /** Draws the next 32 bits, as a number in [0, 2³²). */
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

  /** Draws a whole number in [0, bound), each equally likely; bound is in [1, 2³²]. */
  nextBelow(bound: number): number {
    // Numbers beyond the last whole multiple of `bound` would favour the small results.
    const limit = 2 ** 32 - (2 ** 32 % bound);
    let bits = this.nextUint32();
    while (bits >= limit) bits = this.nextUint32();
    return bits % bound;
  }

  /** Shuffles the items in place (Fisher and Yates; Knuth, TAOCP 2, algorithm 3.4.2 P). */
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
