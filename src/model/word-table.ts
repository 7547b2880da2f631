import type { WeightTensor } from './weights';
import type { WordRows } from './word-rows';

/** The word-embedding table's key: by far the largest parameter of a small encoder, and half of a multilingual one. */
export const WORD_TABLE_KEY = 'bert.embeddings.word_embeddings.weight';

/** Returns the key of a part of the table; the first has the table's own. */
function partKey(part: number): string {
  return part === 0 ? WORD_TABLE_KEY : `${WORD_TABLE_KEY}, part ${part + 1}`;
}

/** Some rows of a table, with the pieces that they are of. */
export interface RowsOfPieces {
  /** i32[rows], ascending */
  ids: Int32Array;
  /** f32[rows, width] */
  rows: Float32Array;
}

/** Lists the keys of a table's parts behind the first, in order: see `WordTable`. */
export function moreTableKeys(parameters: ReadonlyMap<string, unknown>): string[] {
  const keys: string[] = [];
  while (parameters.has(partKey(keys.length + 1))) keys.push(partKey(keys.length + 1));
  return keys;
}

/** Rows for pieces that are looked up without being in the table, as those of a sentence that someone types while the model trains. */
const SPARE_ROWS = 256;

/** Counts the rows that a table takes on the device with these pieces; repeats do not matter. */
export function countRows(pieceIds: Iterable<number>): number {
  return keptPieces(pieceIds).size + SPARE_ROWS;
}

/** Collects each piece once, and piece 0, which the fillers of a batch are. */
export function keptPieces(pieceIds: Iterable<number>): Set<number> {
  return new Set([0, ...pieceIds]);
}

/**
 * A word-embedding table with the rows of some pieces only, those that a corpus has: the others get no gradient, so they need neither
 * memory nor moments. They stay as they were, weight decay included. The whole table is nowhere: what is not kept lies where it came from.
 *
 * Behind the kept rows, in the order of their ids, lie spare ones for pieces that are looked up once. A table that is too large for one
 * buffer is in parts, each a parameter of its own.
 */
export class WordTable {
  /** i32[kept], ascending. */
  readonly ids: Int32Array;
  /** f32[kept, width]: the rows as they were read. */
  readonly startRows: Float32Array;
  /** Shape of the whole table. */
  readonly shape: readonly [pieces: number, width: number];
  readonly #source: WordRows;
  /** i32[pieces]: the row of each id, or -1. */
  readonly #rowOf: Int32Array;
  /** Rows of each part but the last, which may have fewer. */
  readonly #partRows: number;

  private constructor(source: WordRows, kept: RowsOfPieces, largestPart: number) {
    this.#source = source;
    this.shape = source.shape;
    this.ids = kept.ids;
    this.startRows = kept.rows;
    const most = Math.max(1, Math.floor(largestPart / (4 * this.#width)));
    this.#partRows = Math.min(most, this.rows);
    this.#rowOf = new Int32Array(this.shape[0]).fill(-1);
    this.ids.forEach((id, row) => (this.#rowOf[id] = row));
  }

  /**
   * Reads the rows of some pieces.
   *
   * @param pieceIds of the corpus; repeats do not matter
   * @param largestPart bytes of a part at most
   * @throws as `WordRows.read`
   */
  static async of(
    source: WordRows,
    pieceIds: Iterable<number>,
    largestPart = Infinity,
  ): Promise<WordTable> {
    const ids = Int32Array.from(keptPieces(pieceIds)).sort();
    return new WordTable(source, { ids, rows: await source.read(ids) }, largestPart);
  }

  /** Rows on the device. */
  get rows(): number {
    return this.ids.length + SPARE_ROWS;
  }

  /** Shape of the kept rows. */
  get keptShape(): [kept: number, width: number] {
    return [this.ids.length, this.#width];
  }

  get #width(): number {
    return this.shape[1];
  }

  /** The keys of the parts, in order. */
  get keys(): string[] {
    return Array.from({ length: Math.ceil(this.rows / this.#partRows) }, (_, part) =>
      partKey(part),
    );
  }

  /** Puts spare rows behind numbers of the kept ones, of weights, moments or gradients, and cuts all into parts f32[rows, width], by key. */
  toParts(kept: Float32Array): Map<string, WeightTensor> {
    const width = this.#width;
    const all = new Float32Array(this.rows * width);
    all.set(kept);
    return new Map(
      this.keys.map((key, part) => {
        const first = part * this.#partRows;
        const data = all.subarray(first * width, (first + this.#partRows) * width);
        return [key, { shape: [data.length / width, width], data }];
      }),
    );
  }

  /** Takes the parts out of some numbers by key, and puts those of the kept rows there. */
  joinParts(numbers: Map<string, Float32Array>): void {
    const parts = this.keys.map((key) => numbers.get(key)!);
    for (const key of this.keys) numbers.delete(key);
    const all = new Float32Array(this.rows * this.#width);
    parts.forEach((part, index) => all.set(part, index * this.#partRows * this.#width));
    numbers.set(WORD_TABLE_KEY, all.slice(0, this.ids.length * this.#width));
  }

  /**
   * Reads the rows of those pieces that are not kept; undefined where all are.
   *
   * @throws where there are more than spare rows; as `WordRows.read`
   */
  async readStrangers(pieceIds: Int32Array): Promise<RowsOfPieces | undefined> {
    const ids = Int32Array.from(new Set(pieceIds.filter((id) => this.#rowOf[id]! < 0))).sort();
    if (ids.length === 0) return undefined;
    if (ids.length > SPARE_ROWS) {
      throw new Error(
        `A batch has more than ${SPARE_ROWS} word pieces that the corpus does not have; tag fewer sentences at once.`,
      );
    }
    return { ids, rows: await this.#source.read(ids) };
  }

  /**
   * Turns pieces into their rows, counted through all parts, in place.
   *
   * @param strangers pieces among them that are not kept; they are in the first spare rows
   * @throws where another piece is not kept
   */
  lookUp(pieceIds: Int32Array, strangers?: RowsOfPieces): void {
    const spare = new Map(
      Array.from(strangers?.ids ?? [], (id, i) => [id, this.ids.length + i] as const),
    );
    // A plain loop: this is done before every step.
    for (let i = 0; i < pieceIds.length; i++) {
      const id = pieceIds[i]!;
      const row = this.#rowOf[id]!;
      pieceIds[i] = row >= 0 ? row : (spare.get(id) ?? refuse(id));
    }
  }

  /** Lists the rows that strangers are to be written to, with the part that each is in and the row there. */
  *spareRows({ rows }: RowsOfPieces): Generator<[key: string, row: number, numbers: Float32Array]> {
    const width = this.#width;
    for (let i = 0; i * width < rows.length; i++) {
      const spare = this.ids.length + i;
      const numbers = rows.subarray(i * width, (i + 1) * width);
      yield [partKey(Math.floor(spare / this.#partRows)), spare % this.#partRows, numbers];
    }
  }
}

function refuse(id: number): never {
  throw new Error(`Piece ${id} is not among those that the model was made for; make it anew.`);
}
