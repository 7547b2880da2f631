import { findEncoderTensors, readEncoderWeights } from '../../model/encoder-folder';
import { readSafetensors, type SafetensorsFile } from '../../model/safetensors/safetensors';
import type { BlockTable, ChangedRows } from '../../model/block-table';
import type { Weights } from '../../model/weights';
import { fileRows, shardedRows, type WordRows } from '../../model/word-rows';
import { shardFileName, WordShards } from '../../model/word-shards';
import { WORD_TABLE_KEY } from '../../model/word-table';
import { readEncoderFile, readStoredTokenizer, readWordShard } from '../../storage/encoder-files';
import type { EncoderRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { createTokenizer } from '../../tokenizer/tokenizer-kinds';
import type { Tokenizer } from '../../tokenizer/tokenizer';

/** The weights of an encoder: those of its layers in memory, and its word-embedding table where it lies. */
export interface EncoderWeights {
  /** Parameters by their Hugging Face keys, but for the word-embedding table. */
  weights: Weights;
  words: WordRows;
  /** Rows of `words` that training changed; absent where there are none. */
  changed?: ChangedRows;
  /** Reads the shards of the table that are here as they are kept, for a file; absent where the table is whole. */
  readBlocks?: () => Promise<{ table: BlockTable; shards: string[] }>;
}

/** Makes the tokenizer of a stored encoder. */
export async function loadTokenizer(
  database: Database,
  encoder: EncoderRecord,
): Promise<Tokenizer> {
  return createTokenizer(await readStoredTokenizer(database, encoder));
}

/** Loads the weights of a stored encoder; of its word table nothing is in memory before it is asked for. @throws DamagedDataError */
export async function loadEncoderWeights(
  database: Database,
  encoder: EncoderRecord,
): Promise<EncoderWeights> {
  const { config } = encoder;
  const file = await readSafetensors(await readEncoderFile(database, encoder.id));
  const weights = await readEncoderWeights(file, config, [WORD_TABLE_KEY]);
  const shards = await WordShards.read(file);
  if (!shards) {
    const table = findEncoderTensors(file, config).names.get(WORD_TABLE_KEY)!;
    return { weights, words: fileRows(file, table) };
  }
  const files = await loadWordShards(database, encoder, shards);
  return {
    weights,
    words: shardedRows(shards, files, config.hidden),
    readBlocks: async () => ({ table: await shards.readBlocks(files), shards: [...files.keys()] }),
  };
}

/** Opens the files of the word table's shards that are stored, by name. */
async function loadWordShards(
  database: Database,
  encoder: EncoderRecord,
  { names }: WordShards,
): Promise<Map<string, SafetensorsFile>> {
  const files = new Map<string, SafetensorsFile>();
  for (const name of names) {
    const file = await readWordShard(database, encoder, name);
    if (file) files.set(name, await readSafetensors(file, shardFileName(name)));
  }
  return files;
}
