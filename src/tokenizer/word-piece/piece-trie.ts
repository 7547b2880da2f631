/** The two kinds of piece: that which begins a word, and that which continues one (`##`). */
export const BEGINS_WORD = 1;
export const CONTINUES_WORD = 2;
type Root = typeof BEGINS_WORD | typeof CONTINUES_WORD;

const NO_NODE = 0;
const NO_PIECE = -1;

/**
 * Finds the longest piece at a place of a word in one walk over its characters, without cutting out a string.
 *
 * A trie over UTF-16 units whose edges (node, unit) → child lie in one open-addressed hash table.
 */
export class PieceTrie {
  readonly #mask: number;
  /** An edge takes one slot; a free slot has the child NO_NODE. */
  readonly #parents: Int32Array;
  readonly #units: Uint16Array;
  readonly #children: Int32Array;
  /** Piece that ends at each node, or NO_PIECE. */
  readonly #pieceIds: Int32Array;
  #nodes = CONTINUES_WORD + 1;

  /** @param totalUnits the summed length of all pieces that will be added: as many nodes at most. */
  constructor(totalUnits: number) {
    const slots = 2 ** Math.ceil(Math.log2(1.25 * totalUnits + 16)); // pieces share beginnings: about half stay free
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#pieceIds = new Int32Array(totalUnits + CONTINUES_WORD + 1).fill(NO_PIECE);
  }

  /** Adds a piece; of equal ones, the last stays. */
  add(root: Root, text: string, pieceId: number): void {
    let node: number = root;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const slot = this.#slotOf(node, unit);
      if (this.#children[slot] === NO_NODE) {
        this.#parents[slot] = node;
        this.#units[slot] = unit;
        this.#children[slot] = this.#nodes++;
      }
      node = this.#children[slot]!;
    }
    this.#pieceIds[node] = pieceId;
  }

  /** Finds the id of the longest piece that stands at `from` in the word, or -1. */
  longestAt(root: Root, word: string, from: number): number {
    let node: number = root;
    let found = NO_PIECE;
    for (let i = from; i < word.length; i++) {
      node = this.#children[this.#slotOf(node, word.charCodeAt(i))]!;
      if (node === NO_NODE) break;
      const pieceId = this.#pieceIds[node]!;
      if (pieceId !== NO_PIECE) found = pieceId;
    }
    return found;
  }

  /** Finds the slot of an edge, or the free one where it belongs. */
  #slotOf(node: number, unit: number): number {
    let hash = Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b);
    hash ^= hash >>> 15;
    let slot = hash & this.#mask;
    while (
      this.#children[slot] !== NO_NODE &&
      (this.#parents[slot] !== node || this.#units[slot] !== unit)
    ) {
      slot = (slot + 1) & this.#mask;
    }
    return slot;
  }
}
