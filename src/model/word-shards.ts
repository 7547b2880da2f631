import { Failure } from '../messages/failure';
import type { SafetensorsFile } from './safetensors/safetensors';
import type { BlockTable } from './block-table';
import type { WeightTensor } from './weights';

/** Tensor of the encoder's file that says in which shard each piece's row is; u8[pieces]. */
export const SHARDS_TENSOR = 'embeddings.word_embeddings.shards';
/** The one tensor of a shard's file: the rows of its pieces, in the order of their ids. */
const ROWS_TENSOR = 'embeddings.word_embeddings.weight';

/** Exponent of a number in half precision: all its bits are set where the number is not finite. */
const F16_EXPONENT = 0x7c00;

/** Shard with the special pieces, which every text needs. */
const FIRST_SHARD = 0;

/** Gives the name of a shard's file, which lies beside the encoder's. */
export function shardFileName(shard: string): string {
  return `words-${shard}.safetensors`;
}

/** Error of a text whose pieces have their rows in a shard that is not here; it can be told apart from a broken reader. */
export class MissingShardError extends Failure {
  override readonly name = 'MissingShardError';
}

/**
 * A word-embedding table that is cut into files by script, so that only those are fetched whose pieces a corpus has. See
 * docs/encoder-files.md.
 */
export class WordShards {
  /** Names of the shards, the first with Latin and the signs of all scripts. */
  readonly names: readonly string[];
  /** Shard of each piece, as an index into `names`. */
  readonly #shardOf: Uint8Array;
  /** Row of each piece in its shard. */
  readonly #rowOf: Int32Array;

  private constructor(names: readonly string[], shardOf: Uint8Array) {
    this.names = names;
    this.#shardOf = shardOf;
    const rows = new Int32Array(names.length);
    this.#rowOf = Int32Array.from(shardOf, (shard) => rows[shard]!++);
  }

  /** Reads how an encoder's table is cut; undefined where it is whole. @throws where a piece is in a shard without a name */
  static async read(file: SafetensorsFile): Promise<WordShards | undefined> {
    const names = file.metadata['shards']?.split(' ');
    if (!names) return undefined;
    const shardOf = await file.readBytes(SHARDS_TENSOR);
    const piece = shardOf.findIndex((shard) => shard >= names.length);
    if (piece >= 0) {
      throw new Error(
        `${file.name}: piece ${piece} is in shard ${shardOf[piece]}, and there are ${names.length} (${names.join(', ')}); get the file again.`,
      );
    }
    return new WordShards(names, shardOf);
  }

  /** Pieces of the whole table. */
  get pieces(): number {
    return this.#shardOf.length;
  }

  /** Names the shard that has the row of a piece. */
  shardOf(id: number): string {
    return this.names[this.#shardOf[id]!]!;
  }

  /** Counts the pieces that have their rows in a shard. */
  countPieces(name: string): number {
    const shard = this.names.indexOf(name);
    return this.#shardOf.reduce((count, each) => count + (each === shard ? 1 : 0), 0);
  }

  /** Counts those of some pieces that have their rows in a shard. */
  countAmong(pieceIds: Iterable<number>, name: string): number {
    const shard = this.names.indexOf(name);
    return [...new Set(pieceIds)].filter((id) => this.#shardOf[id] === shard).length;
  }

  /** Names the shards with the rows of these pieces; the first is always needed. Repeats do not matter. */
  needed(pieceIds: Iterable<number>): string[] {
    const shards = new Set([FIRST_SHARD]);
    for (const id of pieceIds) shards.add(this.#shardOf[id]!);
    return this.names.filter((_, shard) => shards.has(shard));
  }

  /**
   * Checks the file of a shard: it has a row of `hidden` finite numbers for each piece of the shard, in blocks of 4 bits.
   *
   * @throws naming the file and what does not fit
   */
  async check(name: string, file: SafetensorsFile, hidden: number): Promise<void> {
    const expected = [this.countPieces(name), hidden];
    const found = file.tensors.get(ROWS_TENSOR)?.shape;
    if (found?.join() !== expected.join()) {
      throw new Error(
        `${file.name}: "${ROWS_TENSOR}" should be [${expected.join(', ')}] and is ${found ? `[${found.join(', ')}]` : 'missing'}; take all files from the same encoder.`,
      );
    }
    // Not expanded: a shard of 4 bits becomes eight times as large.
    const { scales } = await file.readBlocks(ROWS_TENSOR);
    const broken = scales.findIndex((bits) => (bits & F16_EXPONENT) === F16_EXPONENT);
    if (broken < 0) return;
    throw new Error(
      `${file.name}: the scale of block ${broken} of "${ROWS_TENSOR}" is no finite number; the file is damaged: get it again.`,
    );
  }

  /**
   * Reads the rows of some pieces, f32[pieces, hidden], in the order asked for.
   *
   * @param files of the shards that were fetched, by name
   * @throws naming the shard's file where it is not there: its pieces are known, and must not be taken for unknown ones
   */
  async readRows(
    pieceIds: Int32Array,
    files: ReadonlyMap<string, SafetensorsFile>,
  ): Promise<WeightTensor> {
    const missing = this.needed(pieceIds).find((name) => !files.has(name));
    if (missing !== undefined) {
      throw new MissingShardError(
        `${this.countAmong(pieceIds, missing)} of the text's word pieces have their embeddings in ${shardFileName(missing)}, which is not here, because nothing in the corpus needs it.`,
        'Add a sentence in its script to the corpus, or leave this text out.',
      );
    }
    let table: Float32Array | undefined; // made once the width is known
    let width = 0;
    for (const [shard, name] of this.names.entries()) {
      const places = [...pieceIds.keys()].filter((at) => this.#shardOf[pieceIds[at]!] === shard);
      if (places.length === 0) continue;
      const rows = Int32Array.from(places, (at) => this.#rowOf[pieceIds[at]!]!);
      const { shape, data } = await files.get(name)!.readRows(ROWS_TENSOR, rows);
      width = shape[1]!;
      table ??= new Float32Array(pieceIds.length * width);
      for (const [i, at] of places.entries()) {
        table.set(data.subarray(i * width, (i + 1) * width), at * width);
      }
    }
    return { shape: [pieceIds.length, width], data: table ?? new Float32Array() };
  }

  /**
   * Reads the shards that are here as they are kept, for an exported file.
   *
   * @throws where the rows of a shard are not in blocks of 4 bits
   */
  async readBlocks(files: ReadonlyMap<string, SafetensorsFile>): Promise<BlockTable> {
    const here = this.names.filter((name) => files.has(name));
    const parts = [];
    for (const name of here) parts.push(await files.get(name)!.readBlocks(ROWS_TENSOR));
    const firstRow = new Int32Array(this.names.length).fill(-1);
    let rows = 0;
    for (const name of here) {
      firstRow[this.names.indexOf(name)] = rows;
      rows += this.countPieces(name);
    }
    const rowOf = this.#rowOf.map((row, id) => {
      const first = firstRow[this.#shardOf[id]!]!;
      return first < 0 ? -1 : first + row;
    });
    const nibbles = new Uint8Array(parts.reduce((sum, part) => sum + part.nibbles.length, 0));
    const scales = new Uint16Array(parts.reduce((sum, part) => sum + part.scales.length, 0));
    let [nibble, scale] = [0, 0];
    for (const part of parts) {
      nibbles.set(part.nibbles, nibble);
      scales.set(part.scales, scale);
      nibble += part.nibbles.length;
      scale += part.scales.length;
    }
    return { nibbles, scales, rowOf };
  }
}
