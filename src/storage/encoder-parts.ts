import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';
import type { EncoderId, EncoderRecord } from './records';
import type { ShardList } from './shards/shard-list';

/** Names the owner of an encoder's bytes. Its weights' file, its tokenizer and each shard of its word table are a generation of their own. */
export function encoderOwner(id: EncoderId): string {
  return `encoders/${id}`;
}

/** Lists all that an encoder has in the shard store. */
export function encoderParts(encoder: EncoderRecord & ShardList): ShardList[] {
  return [encoder, encoder.tokenizer, ...Object.values(encoder.wordShards?.stored ?? {})];
}

/** Counts the bytes that an encoder has in the shard store. */
export function encoderBytes({ bytes, tokenizer, wordShards }: EncoderRecord): number {
  const shards = Object.values(wordShards?.stored ?? {});
  return shards.reduce((sum, shard) => sum + shard.bytes, bytes + tokenizer.bytes);
}

/** Returns the generation of a shard of the word table: behind those of the weights and of the tokenizer. */
export function wordShardGeneration(names: readonly string[], name: string): number {
  return 3 + names.indexOf(name);
}

/** Takes the facts of a tokenizer that a list of encoders shows. */
export function describeTokenizer({
  lowercase,
  tokenizerKind,
  addedPieces,
}: KeptTokenizer): Pick<EncoderRecord, 'lowercase' | 'tokenizerKind' | 'addedPieceCount'> {
  return {
    lowercase,
    ...(tokenizerKind ? { tokenizerKind } : {}),
    ...(addedPieces ? { addedPieceCount: addedPieces.length } : {}),
  };
}
