/** Places that a word may have: rank and place fit into one exact number. */
const PLACES = 2 ** 31;

/** Merges that may be made, the one of the lowest rank first, the leftmost of equals: a binary heap. */
export class MergeHeap {
  /** Rank and place of each merge in one number; each is less than those at 2i + 1 and 2i + 2. */
  readonly #keys: number[] = [];

  push(rank: number, at: number): void {
    const keys = this.#keys;
    const key = rank * PLACES + at;
    let hole = keys.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (keys[parent]! <= key) break;
      keys[hole] = keys[parent]!;
      hole = parent;
    }
    keys[hole] = key;
  }

  /** Takes the first merge out; undefined where there is none. */
  pop(): { rank: number; at: number } | undefined {
    const keys = this.#keys;
    const first = keys[0];
    const last = keys.pop();
    if (first === undefined || last === undefined) return undefined;
    if (keys.length > 0) {
      let hole = 0;
      for (let child = 1; child < keys.length; child = 2 * hole + 1) {
        if (child + 1 < keys.length && keys[child + 1]! < keys[child]!) child++;
        if (keys[child]! >= last) break;
        keys[hole] = keys[child]!;
        hole = child;
      }
      keys[hole] = last;
    }
    return { rank: Math.floor(first / PLACES), at: first % PLACES };
  }
}
