/** Lengths counted one by one; longer sentences are counted together, in the last entry. */
export const LONGEST_COUNTED = 1024;

/** How many sentences have each length, in words or in pieces. */
export interface LengthCounts {
  sentences: number;
  longest: number;
  /** `counts[length]`; `counts[LONGEST_COUNTED]` holds all that are as long or longer. Ends with the last count that is not 0. */
  counts: number[];
}

/** Counts the lengths of sentences while they arrive. */
export class LengthTally {
  #sentences = 0;
  #longest = 0;
  readonly #counts = new Int32Array(LONGEST_COUNTED + 1);

  add(length: number): void {
    this.#sentences++;
    this.#longest = Math.max(this.#longest, length);
    this.#counts[Math.min(length, LONGEST_COUNTED)]!++;
  }

  counts(): LengthCounts {
    const end = Math.min(this.#longest, LONGEST_COUNTED) + 1;
    return {
      sentences: this.#sentences,
      longest: this.#longest,
      counts: Array.from(this.#counts.subarray(0, end)),
    };
  }
}
