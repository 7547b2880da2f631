import type { WeightTensor } from './weights';

/** The word-embedding table's key: by far the largest parameter of a small encoder, and half of a multilingual one. */
export const WORD_TABLE_KEY = 'bert.embeddings.word_embeddings.weight';

/** Rows for pieces that are looked up without being in the table, as those of a sentence that someone types while the model trains. */
const SPARE_ROWS = 256;

/** Rows that a table takes with these pieces; repeats do not matter. */
export function countRows(pieceIds: Iterable<number>): number {
  // Fillers of a batch are piece 0.
  return new Set([0, ...pieceIds]).size + SPARE_ROWS;
}

/**
 * A word-embedding table with the rows of some pieces only, those that a corpus has: the others get no gradient, so they need neither
 * room on the device nor moments. They stay as they were, weight decay included, and are put back when the table is read.
 *
 * Behind the kept rows, in the order of their ids, lie spare ones for pieces that are looked up once.
 */
export class WordTable {
  /** The whole table, as it was when the model was made. */
  readonly #whole: WeightTensor;
  /** i32[kept], ascending. */
  readonly #ids: Int32Array;
  /** i32[entries]: the row of each id, or -1. */
  readonly #rowOf: Int32Array;

  /** @param pieceIds of the corpus; repeats do not matter */
  constructor(whole: WeightTensor, pieceIds: Iterable<number>) {
    this.#whole = whole;
    // Fillers of a batch are piece 0.
    this.#ids = Int32Array.from(new Set([0, ...pieceIds])).sort();
    this.#rowOf = new Int32Array(whole.shape[0]!).fill(-1);
    this.#ids.forEach((id, row) => (this.#rowOf[id] = row));
  }

  /** Rows on the device. */
  get rows(): number {
    return this.#ids.length + SPARE_ROWS;
  }

  /** Of the whole table. */
  get shape(): [number, number] {
    return [...this.#whole.shape] as [number, number];
  }

  get #width(): number {
    return this.#whole.shape[1]!;
  }

  /** The kept rows of a table, zeros in the spare ones: of the weights, of a moment, or of a gradient. */
  compact(numbers: Float32Array = this.#whole.data): Float32Array {
    const width = this.#width;
    const compacted = new Float32Array(this.rows * width);
    this.#ids.forEach((id, row) =>
      compacted.set(numbers.subarray(id * width, (id + 1) * width), row * width),
    );
    return compacted;
  }

  /** The whole table again; rows that are not kept are those of `others`, or zeros. */
  expand(compacted: Float32Array, others?: 'as they were'): Float32Array {
    const width = this.#width;
    const whole = others ? this.#whole.data.slice() : new Float32Array(this.#whole.data.length);
    this.#ids.forEach((id, row) =>
      whole.set(compacted.subarray(row * width, (row + 1) * width), id * width),
    );
    return whole;
  }

  /**
   * The rows of pieces. One that is not kept gets a spare row, which `write` is told the numbers of.
   *
   * @throws where there are not enough of those
   */
  rowsOf(pieceIds: Int32Array, write: (row: number, numbers: Float32Array) => void): Int32Array {
    const visitors = new Map<number, number>();
    return pieceIds.map((id) => {
      const row = this.#rowOf[id]!;
      if (row >= 0) return row;
      const known = visitors.get(id);
      if (known !== undefined) return known;
      if (visitors.size === SPARE_ROWS) {
        throw new Error(
          `A batch has more than ${SPARE_ROWS} word pieces that the corpus does not have; tag fewer sentences at once.`,
        );
      }
      const spare = this.#ids.length + visitors.size;
      visitors.set(id, spare);
      const width = this.#width;
      write(spare, this.#whole.data.subarray(id * width, (id + 1) * width));
      return spare;
    });
  }
}
