import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json';
import type { EncoderRecord, KeptEncoder } from './records';
import type { ShardList } from './shards/shard-list';

/** Fields that say where and when an encoder was stored, and its weights'. All others are kept, those to come included. */
const OWN_FIELDS = [
  ...(['id', 'createdAt', 'leftOut', 'bundled', 'hash'] as const),
  ...(['bytes', 'generation', 'shardHashes'] as const),
];

/**
 * Computes an encoder's hash: SHA-256 over all that decides what it computes, its configuration, its tokenizer and the hashes of its
 * weights. Its name, its licence and the moment it was stored do not count, so the same folder always has the same hash.
 *
 * @returns hexadecimal.
 */
export function hashEncoder(encoder: EncoderRecord & ShardList): string {
  const { shardHashes } = encoder;
  return bytesToHex(sha256(utf8ToBytes(`${describeKind(encoder)}\n${shardHashes.join('\n')}`)));
}

/** Tells whether two encoders differ in nothing but their weights, their names and their licences. */
export function isSameKind(a: EncoderRecord, b: EncoderRecord): boolean {
  return a.bytes === b.bytes && describeKind(a) === describeKind(b);
}

/** Takes an encoder's record without its weights and without what belongs to its place in this browser. */
export function keepEncoder(encoder: EncoderRecord): KeptEncoder {
  const rest: Partial<EncoderRecord & ShardList> = { ...encoder };
  for (const field of OWN_FIELDS) delete rest[field];
  return rest as KeptEncoder;
}

function describeKind(encoder: EncoderRecord): string {
  const content: Partial<KeptEncoder> = keepEncoder(encoder);
  delete content.name;
  delete content.licence;
  return canonicalJson(content);
}
