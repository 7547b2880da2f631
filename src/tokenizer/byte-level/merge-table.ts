const FREE = -1;

/**
 * Merges of byte-pair encoding: for two pieces beside each other, the rank of their merge and the piece that they become. A hash table with
 * open addressing; GPT-2's 50,000 merges take 2 MB.
 */
export class MergeTable {
  readonly #mask: number;
  readonly #lefts: Int32Array;
  readonly #rights: Int32Array;
  readonly #ranks: Int32Array;
  readonly #results: Int32Array;

  /**
   * @param merges ids of the left and the right piece of each merge, i32[2 × merges], in the order of their ranks; of equal pairs, the last counts.
   * @param results i32[merges]
   */
  constructor(merges: ArrayLike<number>, results: ArrayLike<number>) {
    const slots = 2 ** Math.ceil(Math.log2(merges.length + 16)); // twice as many as merges at least
    this.#mask = slots - 1;
    this.#lefts = new Int32Array(slots).fill(FREE);
    this.#rights = new Int32Array(slots);
    this.#ranks = new Int32Array(slots);
    this.#results = new Int32Array(slots);
    for (let rank = 0; 2 * rank < merges.length; rank++) {
      const [left, right] = [merges[2 * rank]!, merges[2 * rank + 1]!];
      const slot = this.#slotOf(left, right);
      this.#lefts[slot] = left;
      this.#rights[slot] = right;
      this.#ranks[slot] = rank;
      this.#results[slot] = results[rank]!;
    }
  }

  /** Finds where a merge stands, or -1 where the pieces do not merge; `rankAt` and `resultAt` tell of it. */
  find(left: number, right: number): number {
    const slot = this.#slotOf(left, right);
    return this.#lefts[slot] === FREE ? -1 : slot;
  }

  /** Returns the rank of the merge at a slot: the lowest is made first. */
  rankAt(slot: number): number {
    return this.#ranks[slot]!;
  }

  /** Returns the piece that the pair at a slot becomes. */
  resultAt(slot: number): number {
    return this.#results[slot]!;
  }

  /** Finds the slot of a pair, or the free one where it belongs. */
  #slotOf(left: number, right: number): number {
    let hash = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (
      this.#lefts[slot] !== FREE &&
      (this.#lefts[slot] !== left || this.#rights[slot] !== right)
    ) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
