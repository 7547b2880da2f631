import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';
import { canonicalJson } from './canonical-json';
import { keptTokenizer } from './kept-tokenizer';
import type { StoredTokenizer } from './packed-tokenizer';
import type { EncoderRecord, KeptEncoder } from './records';

/**
 * Computes an encoder's hash: SHA-256 over all that decides what it computes, its configuration, its tokenizer and the hashes of its
 * weights. Its name, its licence and the moment it was stored do not count, so the same folder always has the same hash; nor does it
 * matter which shards of its word table are here.
 *
 * @param shardHashes of the weights' file
 * @returns hexadecimal.
 */
export function hashEncoder(
  { config }: Pick<EncoderRecord, 'config'>,
  tokenizer: KeptTokenizer,
  shardHashes: readonly string[],
): string {
  const kind = canonicalJson({ config, tokenizer: keptTokenizer(tokenizer) });
  return bytesToHex(sha256(utf8ToBytes(`${kind}\n${shardHashes.join('\n')}`)));
}

/** Takes what a run needs of its encoder besides weights. */
export function keepEncoder(
  { name, licence, config }: Pick<EncoderRecord, 'name' | 'licence' | 'config'>,
  tokenizer: StoredTokenizer,
): KeptEncoder {
  return { name, config, ...keptTokenizer(tokenizer), ...(licence ? { licence } : {}) };
}
