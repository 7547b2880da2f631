import type { EncoderId, EncoderRecord } from './records';
import { renameRecord } from './rename-record';
import { requireRecord } from './require';
import type { Database } from './schema';
import { deleteSharded, saveSharded, shardOwner } from './shards/sharded-record';
import { readShards, type ByteParts } from './shards/shards';
import { readFrom, writeTo } from './transaction';

/** Stores an encoder and its safetensors file, whose length is `record.bytes`. @throws StorageFullError */
export function saveEncoder(
  database: Database,
  record: EncoderRecord,
  weights: ByteParts,
): Promise<void> {
  return saveSharded(database, 'encoders', record, weights);
}

/** Finds an encoder's record; undefined where it was deleted. */
export function findEncoder(database: Database, id: EncoderId): Promise<EncoderRecord | undefined> {
  return readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').get(id),
  );
}

/** Lists the encoders, newest first. */
export async function listEncoders(database: Database): Promise<EncoderRecord[]> {
  const encoders = await readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').getAll(),
  );
  return encoders.sort((a, b) => b.createdAt - a.createdAt);
}

/** Reads the safetensors file of an encoder, verified. @throws DamagedDataError, or an Error if it was deleted. */
export async function readEncoderFile(
  database: Database,
  id: EncoderId,
): Promise<Uint8Array<ArrayBuffer>> {
  return readShards(
    database,
    shardOwner('encoders', id),
    await requireRecord(database, 'encoders', id),
  );
}

export function renameEncoder(database: Database, id: EncoderId, name: string): Promise<void> {
  return renameRecord(database, 'encoders', id, name);
}

/** Deletes an encoder with its weights and its packs; runs and models made from it stay. */
export async function deleteEncoder(database: Database, id: EncoderId): Promise<void> {
  await deleteSharded(database, 'encoders', id);
  await writeTo(database, ['packs', 'packedSplits'], async (transaction) => {
    for (const key of await transaction.objectStore('packs').getAllKeys()) {
      if (key[1] !== id) continue;
      await transaction.objectStore('packs').delete(key);
      await transaction.objectStore('packedSplits').delete(key);
    }
  });
}
