import { isSameKind } from './encoder-hash';
import type { EncoderId, EncoderRecord } from './records';
import { renameRecord } from './rename-record';
import { requireFound, requireRecord } from './require';
import { deleteSource, SOURCE_STORES } from './runs/run-sources';
import { unlessTrained } from './runs/unless-trained';
import type { Database } from './schema';
import { saveSharded, shardOwner } from './shards/sharded-record';
import { hashShards, readShards, shardRange, type ByteParts } from './shards/shards';
import { readFrom, writeTo } from './transaction';

/** Stores an encoder and its safetensors file, whose length is `record.bytes`; runs that need it find it. @throws StorageFullError */
export function saveEncoder(
  database: Database,
  record: EncoderRecord,
  weights: ByteParts,
): Promise<void> {
  return saveSharded(database, 'encoders', record, weights);
}

/** Finds a stored encoder that computes exactly what this one would with these weights; undefined where there is none. */
export async function findSameEncoder(
  database: Database,
  record: EncoderRecord,
  weights: Blob,
): Promise<EncoderRecord | undefined> {
  const stored = await readFrom(database, ['encoders'], (transaction) =>
    transaction.objectStore('encoders').getAll(),
  );
  const alike = stored.filter((encoder) => isSameKind(encoder, record));
  if (alike.length === 0) return undefined;
  const hashes = await hashShards(weights);
  return alike.find(({ shardHashes }) => shardHashes.join() === hashes.join());
}

/** The one encoder that came with earlier builds, which kept no name of it. */
const FIRST_BUNDLED = 'minilm-l6';

/** Tells whether an encoder is the one of this name that comes with the page, whatever a person has called it since. */
export function isBundled(encoder: EncoderRecord, name: string): boolean {
  const { bundled = encoder.name === FIRST_BUNDLED } = encoder; // the first builds told it by its name alone
  return typeof bundled === 'string' ? bundled === name : bundled && name === FIRST_BUNDLED;
}

/** Notes that a stored encoder is the one that comes with the page under a name. */
export async function markBundled(database: Database, id: EncoderId, name: string): Promise<void> {
  await writeTo(database, ['encoders'], async (transaction) => {
    const encoders = transaction.objectStore('encoders');
    await encoders.put({ ...requireFound('encoders', await encoders.get(id)), bundled: name });
  });
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

/**
 * Deletes an encoder with its weights and its packs. Runs made from it stay and can be exported, as models do; they find the same encoder
 * again once its folder is dropped again.
 *
 * @throws an Error where a run fine-tunes it.
 */
export function deleteEncoder(database: Database, id: EncoderId): Promise<void> {
  const stores = [...SOURCE_STORES, 'packs', 'packedSplits', 'shards'] as const;
  return unlessTrained(database, 'encoders', id, () =>
    writeTo(database, stores, async (transaction) => {
      await deleteSource(transaction, 'encoders', id);
      await transaction.objectStore('shards').delete(shardRange(shardOwner('encoders', id)));
      for (const key of await transaction.objectStore('packs').getAllKeys()) {
        if (key[1] !== id) continue;
        await transaction.objectStore('packs').delete(key);
        await transaction.objectStore('packedSplits').delete(key);
      }
    }),
  );
}
