import type { WeightTensor } from './weights';

/** The word-embedding table's key: by far the largest parameter of a small encoder, and half of a multilingual one. */
export const WORD_TABLE_KEY = 'bert.embeddings.word_embeddings.weight';

/** Returns the key of a part of the table; the first has the table's own. */
function partKey(part: number): string {
  return part === 0 ? WORD_TABLE_KEY : `${WORD_TABLE_KEY}, part ${part + 1}`;
}

/** Lists the keys of a table's parts behind the first, in order: see `WordTable`. */
export function moreTableKeys(parameters: ReadonlyMap<string, unknown>): string[] {
  const keys: string[] = [];
  while (parameters.has(partKey(keys.length + 1))) keys.push(partKey(keys.length + 1));
  return keys;
}

/** Rows for pieces that are looked up without being in the table, as those of a sentence that someone types while the model trains. */
const SPARE_ROWS = 256;

/** Counts the rows that a table takes with these pieces; repeats do not matter. */
export function countRows(pieceIds: Iterable<number>): number {
  return keptPieces(pieceIds).size + SPARE_ROWS;
}

/** Collects each piece once, and piece 0, which the fillers of a batch are. */
function keptPieces(pieceIds: Iterable<number>): Set<number> {
  return new Set([0, ...pieceIds]);
}

/**
 * A word-embedding table with the rows of some pieces only, those that a corpus has: the others get no gradient, so they need neither
 * room on the device nor moments. They stay as they were, weight decay included, and are put back when the table is read.
 *
 * Behind the kept rows, in the order of their ids, lie spare ones for pieces that are looked up once. A table that is too large for one
 * buffer is in parts, each a parameter of its own.
 */
export class WordTable {
  /** The whole table, as it was when the model was made. */
  readonly #whole: WeightTensor;
  /** i32[kept], ascending. */
  readonly #ids: Int32Array;
  /** i32[entries]: the row of each id, or -1. */
  readonly #rowOf: Int32Array;
  /** Rows of each part but the last, which may have fewer. */
  readonly #partRows: number;

  /**
   * @param pieceIds of the corpus; repeats do not matter
   * @param largestPart bytes of a part at most
   */
  constructor(whole: WeightTensor, pieceIds: Iterable<number>, largestPart = Infinity) {
    this.#whole = whole;
    this.#partRows = Math.max(1, Math.floor(largestPart / (4 * whole.shape[1]!)));
    this.#ids = Int32Array.from(keptPieces(pieceIds)).sort();
    this.#rowOf = new Int32Array(whole.shape[0]!).fill(-1);
    this.#ids.forEach((id, row) => (this.#rowOf[id] = row));
  }

  /** Rows on the device. */
  get rows(): number {
    return this.#ids.length + SPARE_ROWS;
  }

  /** Shape of the whole table. */
  get shape(): [number, number] {
    return [...this.#whole.shape] as [number, number];
  }

  get #width(): number {
    return this.#whole.shape[1]!;
  }

  /** The keys of the parts, in order. */
  get keys(): string[] {
    return Array.from({ length: Math.ceil(this.rows / this.#partRows) }, (_, part) =>
      partKey(part),
    );
  }

  /** `compact`, cut into parts f32[rows, width], by key. */
  toParts(numbers?: Float32Array): Map<string, WeightTensor> {
    const width = this.#width;
    const compacted = this.compact(numbers);
    return new Map(
      this.keys.map((key, part) => {
        const first = part * this.#partRows;
        const data = compacted.subarray(first * width, (first + this.#partRows) * width);
        return [key, { shape: [data.length / width, width], data }];
      }),
    );
  }

  /** `expand` of parts: takes them out of some numbers by key, and puts the whole table there. */
  joinParts(numbers: Map<string, Float32Array>, others?: 'as they were'): void {
    const parts = this.keys.map((key) => numbers.get(key)!);
    for (const key of this.keys) numbers.delete(key);
    const compacted = new Float32Array(this.rows * this.#width);
    parts.forEach((part, index) => compacted.set(part, index * this.#partRows * this.#width));
    numbers.set(WORD_TABLE_KEY, this.expand(compacted, others));
  }

  /** Takes the kept rows out of a table, of weights, moments or gradients, and puts zeros in the spare ones. */
  compact(numbers: Float32Array = this.#whole.data): Float32Array {
    const width = this.#width;
    const compacted = new Float32Array(this.rows * width);
    this.#ids.forEach((id, row) =>
      compacted.set(numbers.subarray(id * width, (id + 1) * width), row * width),
    );
    return compacted;
  }

  /** Makes the whole table again; rows that are not kept are zeros, or as they were. */
  expand(compacted: Float32Array, others?: 'as they were'): Float32Array {
    const width = this.#width;
    const whole = others ? this.#whole.data.slice() : new Float32Array(this.#whole.data.length);
    this.#ids.forEach((id, row) =>
      whole.set(compacted.subarray(row * width, (row + 1) * width), id * width),
    );
    return whole;
  }

  /**
   * Finds the rows of pieces, counted through all parts. One that is not kept gets a spare row, whose numbers `write` is told, with the part and
   * the row in it.
   *
   * @param rows to write them to, which may be the pieces themselves
   * @throws where there are not enough of those
   */
  rowsOf(
    pieceIds: Int32Array,
    write: (key: string, row: number, numbers: Float32Array) => void,
    rows: Int32Array = new Int32Array(pieceIds.length),
  ): Int32Array {
    const visitors = new Map<number, number>();
    // A plain loop: this is done before every step.
    for (let i = 0; i < pieceIds.length; i++) {
      const id = pieceIds[i]!;
      const row = this.#rowOf[id]!;
      rows[i] = row >= 0 ? row : this.#welcome(id, visitors, write);
    }
    return rows;
  }

  /** Gives a piece that is not kept a spare row. */
  #welcome(
    id: number,
    visitors: Map<number, number>,
    write: (key: string, row: number, numbers: Float32Array) => void,
  ): number {
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
    const numbers = this.#whole.data.subarray(id * width, (id + 1) * width);
    write(partKey(Math.floor(spare / this.#partRows)), spare % this.#partRows, numbers);
    return spare;
  }
}
