import type { IDBPDatabase, IDBPTransaction } from 'idb';
import type { AdapterRecord, RunRecord } from './records';
import { splitRun } from './runs/split-run';
import { moveTokenizer, type WholeEncoderRecord } from './move-tokenizer';

/** The database amid an upgrade: its stores are those of any version, so their types are not known. */
type UpgradeTransaction = IDBPTransaction<unknown, string[], 'versionchange'>;

/** Takes the database from the version before to its own; runs inside the upgrade transaction, so it may only await IndexedDB. */
export type Migration = (
  database: IDBPDatabase,
  transaction: UpgradeTransaction,
) => void | Promise<void>;

/** `migrations[v]` leads from version v to v + 1. Released entries never change; a new version is a new entry at the end. */
export const migrations: readonly Migration[] = [
  (database) => {
    for (const store of ['corpora', 'encoders', 'runs', 'models']) {
      database.createObjectStore(store, { keyPath: 'id' });
    }
    database.createObjectStore('checkpoints', { keyPath: ['key.runId', 'key.slot', 'generation'] });
    database.createObjectStore('packs', {
      keyPath: ['corpusId', 'encoderId', 'maxPieces', 'split'],
    });
    for (const store of ['sentences', 'packedSplits', 'shards', 'turnstile']) {
      database.createObjectStore(store);
    }
  },
  (database) => {
    database.createObjectStore('tileChoices', { keyPath: 'adapter' });
  },
  (database) => {
    database.createObjectStore('gpuMemory', { keyPath: 'adapter' });
  },
  // Files of corpora lie in `shards`. An upgrade cannot wait for Blobs, so `moveBlobs` moves them once the database is open;
  // the version alone keeps older pages from records that they cannot read.
  () => undefined,
  // A list of runs reads no losses nor predictions, and an adapter has one record.
  async (database, transaction) => {
    database.createObjectStore('runDetails', { keyPath: 'id' });
    database.createObjectStore('adapters', { keyPath: 'adapter' });
    await moveRunDetails(transaction);
    await joinAdapters(transaction);
    database.deleteObjectStore('tileChoices');
    database.deleteObjectStore('gpuMemory');
  },
  // A list of encoders reads no vocabularies: they lie in `shards`.
  async (_database, transaction) => {
    const encoders = transaction.objectStore('encoders');
    for (const encoder of (await encoders.getAll()) as WholeEncoderRecord[]) {
      const { record, key, shard } = moveTokenizer(encoder);
      await transaction.objectStore('shards').put(shard, key);
      await encoders.put(record);
    }
  },
];

async function moveRunDetails(transaction: UpgradeTransaction): Promise<void> {
  const details = transaction.objectStore('runDetails');
  let cursor = await transaction.objectStore('runs').openCursor();
  while (cursor) {
    const split = splitRun(cursor.value as RunRecord);
    await details.put(split.details);
    await cursor.update(split.summary);
    cursor = await cursor.continue();
  }
}

/** A record of the former store `tileChoices`. */
type TileChoiceRecord = Pick<AdapterRecord, 'adapter' | 'precision' | 'examinations'> &
  NonNullable<AdapterRecord['tiles']>;

async function joinAdapters(transaction: UpgradeTransaction): Promise<void> {
  const adapters = transaction.objectStore('adapters');
  const stored = await transaction.objectStore('tileChoices').getAll();
  for (const { choice, version, ...record } of stored as TileChoiceRecord[]) {
    await adapters.put({ ...record, tiles: { choice, version } } satisfies AdapterRecord);
  }
  const shortages = await transaction.objectStore('gpuMemory').getAll();
  for (const { adapter, bytes } of shortages as { adapter: string; bytes: number }[]) {
    const record = (await adapters.get(adapter)) as AdapterRecord | undefined;
    await adapters.put({ ...record, adapter, memoryBytes: bytes } satisfies AdapterRecord);
  }
}
