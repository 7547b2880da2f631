import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { hashEncoder } from './encoder-hash';
import { describeTokenizer, encoderOwner } from './encoder-parts';
import { keptTokenizer } from './kept-tokenizer';
import { packTokenizer, type StoredTokenizer } from './packed-tokenizer';
import type { EncoderRecord } from './records';
import type { ShardKey } from './schema';
import type { ShardList } from './shards/shard-list';

/** An encoder as it was stored before its tokenizer lay apart from its record. */
export type WholeEncoderRecord = Omit<
  EncoderRecord,
  'tokenizer' | 'wordShards' | 'addedPieceCount' | 'hash' | 'retired'
> &
  StoredTokenizer &
  ShardList & { hash?: string };

/**
 * Splits such an encoder into a record of today and the shard of its tokenizer, which is one: a vocabulary had 8 MB at most. Nothing here
 * waits: it runs amid an upgrade, which ends where anything but IndexedDB is awaited.
 */
export function moveTokenizer(encoder: WholeEncoderRecord): {
  record: EncoderRecord & ShardList;
  key: ShardKey;
  shard: ArrayBuffer;
} {
  const tokenizer = keptTokenizer(encoder);
  const packed = packTokenizer(tokenizer);
  const generation = encoder.generation + 1;
  const shardHashes = [bytesToHex(sha256(packed))];
  const { id, name, createdAt, config, leftOut, doubts, licence, bundled } = encoder;
  const record: EncoderRecord & ShardList = {
    ...{ id, name, createdAt, config, ...describeTokenizer(tokenizer) },
    tokenizer: { bytes: packed.length, generation, shardHashes },
    ...(leftOut ? { leftOut } : {}),
    ...(doubts ? { doubts } : {}),
    ...(licence === undefined ? {} : { licence }),
    ...(bundled === undefined ? {} : { bundled }),
    ...{ bytes: encoder.bytes, generation: encoder.generation, shardHashes: encoder.shardHashes },
    hash: encoder.hash ?? hashEncoder(encoder, tokenizer, encoder.shardHashes),
  };
  return { record, key: [encoderOwner(id), generation, 0], shard: packed.buffer };
}
