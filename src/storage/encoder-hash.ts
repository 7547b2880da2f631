import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './canonical-json';
import { keptTokenizer } from './kept-tokenizer';
import type { EncoderRecord, KeptEncoder } from './records';
import type { ShardList } from './shards/shard-list';

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

/** Takes what a run needs of its encoder besides weights. */
export function keepEncoder(encoder: EncoderRecord): KeptEncoder {
  const { name, licence, config } = encoder;
  return { name, config, ...keptTokenizer(encoder), ...(licence ? { licence } : {}) };
}

function describeKind(encoder: EncoderRecord): string {
  return canonicalJson({ config: encoder.config, tokenizer: keptTokenizer(encoder) });
}
