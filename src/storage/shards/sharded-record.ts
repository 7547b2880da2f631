import type { EncoderRecord, ModelRecord } from '../records';
import { settle, SOURCE_STORES } from '../runs/run-sources';
import type { Database, TagwerkSchema } from '../schema';
import { shardRange, writeShards, type ByteParts } from './shards';
import { requireFreeBytes } from '../storage-full-error';
import { readFrom, writeTo } from '../transaction';
import { whileWriting } from '../write-lock';

/** Stores whose records own one file, kept as shards. */
export type ShardedStore = 'encoders' | 'models';

interface ShardedRecords {
  encoders: EncoderRecord;
  models: ModelRecord;
}
const NOUNS: Record<ShardedStore, string> = { encoders: 'encoder', models: 'model' };

/** Names the owner of a record's shards. */
export function shardOwner(store: ShardedStore, id: string): string {
  return `${store}/${id}`;
}

/**
 * Stores a file, verified, and then its record; a record of the same id is replaced together with its file. Runs that need an encoder
 * find it.
 *
 * @throws StorageFullError, DamagedDataError, or an Error if `parts` are not `record.bytes` long.
 */
export function saveSharded<Store extends ShardedStore>(
  database: Database,
  store: Store,
  record: ShardedRecords[Store],
  parts: ByteParts,
): Promise<void> {
  const { id, bytes } = record;
  const owner = shardOwner(store, id);
  const scope = store === 'encoders' ? SOURCE_STORES : ([store] as const);
  const what = `The ${NOUNS[store]} "${record.name}"`;
  return whileWriting(database, owner, async () => {
    await requireFreeBytes(what, bytes);
    const before = await readFrom(database, [store], (transaction) =>
      transaction.objectStore(store).get(id),
    );
    const writing = { what, owner, generation: (before?.generation ?? 0) + 1, bytes };
    await writeShards(database, writing, parts, (list) =>
      writeTo(database, [...scope, 'shards'], async (transaction) => {
        const records = transaction.objectStore(store);
        if ((await records.get(id))?.generation !== before?.generation) {
          throw new Error(`${what} was deleted while it was written; nothing was stored.`);
        }
        await records.put({ ...record, ...list } as TagwerkSchema[Store]['value']);
        if (before)
          await transaction.objectStore('shards').delete(shardRange(owner, before.generation));
        if (store === 'encoders') await settle(transaction);
      }),
    );
  });
}

/** Deletes a record together with its file. */
export async function deleteSharded(
  database: Database,
  store: ShardedStore,
  id: string,
): Promise<void> {
  await writeTo(database, [store, 'shards'], async (transaction) => {
    await transaction.objectStore(store).delete(id);
    await transaction.objectStore('shards').delete(shardRange(shardOwner(store, id)));
  });
}
