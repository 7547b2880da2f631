import type { ByteSource } from '../../data/format/byte-source';
import type { Database } from '../schema';
import type { ShardList } from '../shards/shard-list';
import { readShard, SHARD_BYTES } from '../shards/shards';

/** A file in the shard store that is read in parts: memory holds only the shard that was read last. */
export class StoredFile implements ByteSource {
  readonly owner: string;
  readonly list: ShardList;
  readonly #database: Database;
  #latest: { index: number; shard: Promise<ArrayBuffer> } | undefined;

  constructor(database: Database, owner: string, list: ShardList) {
    this.#database = database;
    this.owner = owner;
    this.list = list;
  }

  get size(): number {
    return this.list.bytes;
  }

  /** Cuts out a part; reading it rejects with a DamagedDataError where a shard is gone or is not what was written. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> } {
    return { arrayBuffer: () => this.#read(start, Math.min(end, this.size)) };
  }

  async #read(start: number, end: number): Promise<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, end - start));
    for (let at = start; at < end;) {
      const index = Math.floor(at / SHARD_BYTES);
      const first = index * SHARD_BYTES;
      const stop = Math.min(end, first + SHARD_BYTES);
      bytes.set(new Uint8Array(await this.#shard(index), at - first, stop - at), at - start);
      at = stop;
    }
    return bytes.buffer;
  }

  #shard(index: number): Promise<ArrayBuffer> {
    if (this.#latest?.index !== index) {
      this.#latest = { index, shard: readShard(this.#database, this.owner, this.list, index) };
    }
    return this.#latest.shard;
  }
}
