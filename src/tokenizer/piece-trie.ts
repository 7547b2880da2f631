const NO_NODE = 0;
const NO_PIECE = -1;

/**
 * Finds the pieces that stand at a place of a text in one walk over its characters, without cutting out a string.
 *
 * A trie over UTF-16 units, or several, whose edges (node, unit) → child lie in one open-addressed hash table. XLM-RoBERTa's 250,002 pieces
 * take 26 MB.
 */
export class PieceTrie {
  readonly #mask: number;
  /** An edge takes one slot; a free slot has the child NO_NODE. */
  readonly #parents: Int32Array;
  readonly #units: Uint16Array;
  readonly #children: Int32Array;
  /** Piece that ends at each node, or NO_PIECE. */
  readonly #pieceIds: Int32Array;
  #nodes: number;

  /**
   * @param totalUnits the summed length of all pieces that will be added: as many nodes at most.
   * @param roots count of tries; their roots are the nodes 1, 2, …
   */
  constructor(totalUnits: number, roots: number) {
    const slots = 2 ** Math.ceil(Math.log2(1.25 * totalUnits + 16)); // pieces share beginnings: about half stay free
    this.#mask = slots - 1;
    this.#parents = new Int32Array(slots);
    this.#units = new Uint16Array(slots);
    this.#children = new Int32Array(slots);
    this.#pieceIds = new Int32Array(totalUnits + roots + 1).fill(NO_PIECE);
    this.#nodes = roots + 1;
  }

  /** Adds a piece; of equal ones, the last stays. */
  add(root: number, text: string, pieceId: number): void {
    let node = root;
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
  longestAt(root: number, word: string, from: number): number {
    let node = root;
    let found = NO_PIECE;
    for (let i = from; i < word.length; i++) {
      node = this.child(node, word.charCodeAt(i));
      if (node === NO_NODE) break;
      const pieceId = this.#pieceIds[node]!;
      if (pieceId !== NO_PIECE) found = pieceId;
    }
    return found;
  }

  /** Finds the node that a unit leads to, or 0. */
  child(node: number, unit: number): number {
    return this.#children[this.#slotOf(node, unit)]!;
  }

  /** Returns the id of the piece that ends at a node, or -1. */
  pieceAt(node: number): number {
    return this.#pieceIds[node]!;
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
