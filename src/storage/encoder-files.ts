import { encoderOwner, wordShardGeneration } from './encoder-parts';
import { unpackTokenizer, type StoredTokenizer } from './packed-tokenizer';
import type { EncoderId, EncoderRecord } from './records';
import { requireFound, requireRecord } from './require';
import type { Database } from './schema';
import { readShards, readShardsAsBlob, writeShards } from './shards/shards';
import { writeTo } from './transaction';
import { whileWriting } from './write-lock';

/** Reads the safetensors file of an encoder, verified. @throws DamagedDataError, or an Error if it was deleted. */
export async function readEncoderFile(database: Database, id: EncoderId): Promise<Blob> {
  const encoder = await requireRecord(database, 'encoders', id);
  return readShardsAsBlob(database, encoderOwner(id), encoder);
}

/** Reads the tokenizer of an encoder, verified. @throws DamagedDataError */
export async function readStoredTokenizer(
  database: Database,
  { id, tokenizer }: Pick<EncoderRecord, 'id' | 'tokenizer'>,
): Promise<StoredTokenizer> {
  return unpackTokenizer(await readShards(database, encoderOwner(id), tokenizer));
}

/** Reads the file of one shard of an encoder's word table, verified; undefined where it is not stored. @throws DamagedDataError */
export async function readWordShard(
  database: Database,
  { id, wordShards }: EncoderRecord,
  name: string,
): Promise<Blob | undefined> {
  const list = wordShards?.stored[name];
  return list && readShardsAsBlob(database, encoderOwner(id), list);
}

/** Stores one more shard of an encoder's word table; one that is stored stays. @throws StorageFullError, DamagedDataError */
export async function addWordShard(
  database: Database,
  id: EncoderId,
  name: string,
  file: Blob,
): Promise<EncoderRecord> {
  const owner = encoderOwner(id);
  return whileWriting(database, owner, async () => {
    const before = await requireRecord(database, 'encoders', id);
    const { names = [], stored = {} } = before.wordShards ?? {};
    if (stored[name]) return before;
    const what = `The word table “${name}” of the encoder "${before.name}"`;
    const generation = wordShardGeneration(names, name);
    return writeShards(database, { what, owner, generation, bytes: file.size }, file, (list) =>
      writeTo(database, ['encoders'], async (transaction) => {
        const encoders = transaction.objectStore('encoders');
        const now = requireFound('encoders', await encoders.get(id));
        const wordShards = { ...now.wordShards!, stored: { ...now.wordShards!.stored } };
        wordShards.stored[name] = list;
        const encoder = { ...now, wordShards };
        await encoders.put(encoder);
        return encoder;
      }),
    );
  });
}
