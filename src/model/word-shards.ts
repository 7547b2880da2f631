import type { SafetensorsFile } from './safetensors/safetensors';
import type { WeightTensor } from './weights';

/** Tensor of the encoder's file that says in which shard each piece's row is; u8[pieces]. */
const SHARDS_TENSOR = 'embeddings.word_embeddings.shards';
/** The one tensor of a shard's file: the rows of its pieces, in the order of their ids. */
const ROWS_TENSOR = 'embeddings.word_embeddings.weight';

/** Shard with the special pieces, which every text needs. */
const FIRST_SHARD = 0;

/** Gives the name of a shard's file, which lies beside the encoder's. */
export function shardFileName(shard: string): string {
  return `words-${shard}.safetensors`;
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

  /** Names the shards with the rows of these pieces; the first is always needed. Repeats do not matter. */
  needed(pieceIds: Iterable<number>): string[] {
    const shards = new Set([FIRST_SHARD]);
    for (const id of pieceIds) shards.add(this.#shardOf[id]!);
    return this.names.filter((_, shard) => shards.has(shard));
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
      const count = new Set(
        [...pieceIds].filter((id) => this.names[this.#shardOf[id]!] === missing),
      ).size;
      throw new Error(
        `${count} of the text's word pieces have their embeddings in ${shardFileName(missing)}, which is not here; ` +
          'fetch it where there is a network, or leave out the sentences in its scripts.',
      );
    }
    let table: Float32Array | undefined;
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
}
