import { sha256 } from '../../browser/sha256';
import type { ByteSource } from '../../data/format/byte-source';
import { Failure } from '../../messages/failure';
import type { Database, ShardKey } from '../schema';
import { readFrom, writeTo, type Load } from '../transaction';
import type { ShardList } from './shard-list';

/** Bytes of a shard: enough that writing is fast, few enough that a copy of one costs little memory. */
export const SHARD_BYTES = 16_000_000;

/** Bytes in order, in chunks of any size. */
export type ByteParts = Blob | Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** The owner and the generation under which bytes are stored; `what` begins the sentence that says they do not fit. */
export interface ShardWriting extends Load {
  owner: string;
  generation: number;
}

/** Error of a read whose bytes are not those that were written. */
export class DamagedDataError extends Failure {
  override readonly name = 'DamagedDataError';

  /** `wayOut` is empty where the message names it. */
  constructor(message: string, wayOut = '') {
    super(message, wayOut);
  }
}

/**
 * Stores bytes as shards of at most 16 MB, reads each back and compares its SHA-256, and then calls `commit`, which writes the record that
 * names them. Copies one shard at a time; parts may lie in shared memory.
 *
 * @throws StorageFullError, DamagedDataError, what `commit` throws, or an Error if `parts` are not as long as stated; the shards are
 *   removed then.
 */
export async function writeShards<Result>(
  database: Database,
  { what, owner, generation, bytes }: ShardWriting,
  parts: ByteParts,
  commit: (list: ShardList) => Promise<Result>,
): Promise<Result> {
  await deleteGeneration(database, owner, generation); // left by a writing that died
  const shardHashes: string[] = [];
  try {
    for await (const shard of cutIntoShards(what, bytes, parts)) {
      shardHashes.push(
        await writeShard(database, [owner, generation, shardHashes.length], shard, { what, bytes }),
      );
    }
    return await commit({ bytes, generation, shardHashes });
  } catch (error) {
    await deleteGeneration(database, owner, generation).catch(() => undefined); // the first error says more
    throw error;
  }
}

/** Stores a shard and reads it back. @returns its SHA-256, which the stored shard has too. */
async function writeShard(
  database: Database,
  key: ShardKey,
  shard: ArrayBuffer,
  load: Load,
): Promise<string> {
  const hash = await sha256(shard);
  await writeTo(
    database,
    ['shards'],
    (transaction) => transaction.objectStore('shards').put(shard, key),
    load,
  );
  const stored = await readFrom(database, ['shards'], (transaction) =>
    transaction.objectStore('shards').get(key),
  );
  if (!stored || (await sha256(stored)) !== hash) throw damaged(key[0], key[2]);
  return hash;
}

/**
 * Reads the bytes of a list into one array, verified.
 *
 * @throws DamagedDataError
 */
export async function readShards(
  database: Database,
  owner: string,
  list: ShardList,
): Promise<Uint8Array<ArrayBuffer>> {
  const data = await readFrom(database, ['shards'], (transaction) =>
    gatherShards(transaction.objectStore('shards'), owner, list),
  );
  await verifyShards(data, owner, list);
  return data;
}

/**
 * Reads the bytes of a list into a Blob, verified; the heap never holds more than one shard.
 *
 * @throws DamagedDataError
 */
export async function readShardsAsBlob(
  database: Database,
  owner: string,
  list: ShardList,
  type = '',
): Promise<Blob> {
  const blobs: Blob[] = [];
  for (const index of list.shardHashes.keys()) {
    blobs.push(new Blob([await readShard(database, owner, list, index)]));
  }
  return new Blob(blobs, { type });
}

/**
 * Reads one shard of a list, verified.
 *
 * @throws DamagedDataError
 */
export async function readShard(
  database: Database,
  owner: string,
  { generation, shardHashes }: ShardList,
  index: number,
): Promise<ArrayBuffer> {
  const shard = await readFrom(database, ['shards'], (transaction) =>
    transaction.objectStore('shards').get([owner, generation, index]),
  );
  if (!shard || (await sha256(shard)) !== shardHashes[index]) throw damaged(owner, index);
  return shard;
}

/** Copies a list's shards into one array, unverified: hashing would end the transaction. A missing shard stays zero. */
export async function gatherShards(
  store: { get(key: ShardKey): Promise<ArrayBuffer | undefined> },
  owner: string,
  { bytes, generation, shardHashes }: ShardList,
): Promise<Uint8Array<ArrayBuffer>> {
  const data = new Uint8Array(bytes);
  for (const index of shardHashes.keys()) {
    const shard = await store.get([owner, generation, index]);
    const start = index * SHARD_BYTES;
    if (shard && start + shard.byteLength <= bytes) data.set(new Uint8Array(shard), start);
  }
  return data;
}

/** Compares the bytes of a list with its hashes. @throws DamagedDataError naming the first shard whose hash differs. */
export async function verifyShards(
  data: Uint8Array<ArrayBuffer>,
  owner: string,
  list: ShardList,
): Promise<void> {
  for (const [index, hash] of list.shardHashes.entries()) {
    const shard = data.subarray(index * SHARD_BYTES, (index + 1) * SHARD_BYTES);
    if ((await sha256(shard)) !== hash) throw damaged(owner, index);
  }
}

/** Returns the keys of every shard of an owner, or of one of its generations. */
export function shardRange(owner: string, generation?: number): IDBKeyRange {
  // An array sorts after every number and string, so [] closes the range.
  return generation === undefined
    ? IDBKeyRange.bound([owner], [owner, []])
    : IDBKeyRange.bound([owner, generation], [owner, generation, []]);
}

function deleteGeneration(database: Database, owner: string, generation: number): Promise<void> {
  return writeTo(database, ['shards'], (transaction) =>
    transaction.objectStore('shards').delete(shardRange(owner, generation)),
  );
}

async function* cutIntoShards(
  what: string,
  bytes: number,
  parts: ByteParts,
): AsyncGenerator<ArrayBuffer> {
  const lengthError = (came: string) =>
    new Error(
      `${what} should be ${bytes} bytes, but ${came} came; nothing was stored, so try again.`,
    );
  let shard = new Uint8Array(Math.min(SHARD_BYTES, bytes));
  let filled = 0;
  let left = bytes;
  for await (const part of parts instanceof Blob ? sliceBytes(parts) : parts) {
    if (part.byteLength > left) throw lengthError('more');
    left -= part.byteLength;
    for (let offset = 0; offset < part.byteLength;) {
      const piece = part.subarray(offset, offset + shard.byteLength - filled);
      shard.set(piece, filled);
      offset += piece.byteLength;
      filled += piece.byteLength;
      if (filled < shard.byteLength) continue;
      yield shard.buffer;
      shard = new Uint8Array(Math.min(SHARD_BYTES, left + part.byteLength - offset));
      filled = 0;
    }
  }
  if (left > 0) throw lengthError(`only ${bytes - left}`);
}

/** Computes the hashes that the shards of these bytes would have, one shard at a time. */
export async function hashShards(source: ByteSource): Promise<string[]> {
  const hashes: string[] = [];
  for await (const shard of sliceBytes(source)) hashes.push(await sha256(shard));
  return hashes;
}

/** Cuts bytes as shards are cut; each chunk is read when it is asked for. */
export async function* sliceBytes(source: ByteSource): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (let start = 0; start < source.size; start += SHARD_BYTES) {
    yield new Uint8Array(await source.slice(start, start + SHARD_BYTES).arrayBuffer());
  }
}

function damaged(owner: string, index: number): DamagedDataError {
  return new DamagedDataError(
    `Stored data is damaged: shard ${index} of ${owner} is not what was written.`,
    'Delete what cannot be read, and make it again or drop its files again; the rest is as it was.',
  );
}
