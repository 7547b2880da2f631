import { isPersisted, storageManager } from '../browser/offered';
import { estimateFreeBytes } from './storage-full-error';
import type { Database } from './schema';
import { readFrom } from './transaction';

/** Bytes stored, by what a person can delete, and bytes the browser still grants. */
export interface StorageUsage {
  corpora: number;
  encoders: number;
  runs: number;
  models: number;
  /** Infinity where the browser does not say. */
  free: number;
  /** False while the browser may clear this page's data when the disk fills; undefined where it does not say. */
  persistent: boolean | undefined;
}

/** Measures the storage by what a person can delete, from the records alone. */
export async function measureUsage(database: Database): Promise<StorageUsage> {
  const names = ['corpora', 'packs', 'encoders', 'runs', 'checkpoints', 'models'] as const;
  const stored = await readFrom(database, names, async (transaction) => ({
    corpora: await transaction.objectStore('corpora').getAll(),
    packs: await transaction.objectStore('packs').getAll(),
    encoders: await transaction.objectStore('encoders').getAll(),
    runs: await transaction.objectStore('runs').getAll(),
    checkpoints: await transaction.objectStore('checkpoints').getAll(),
    models: await transaction.objectStore('models').getAll(),
  }));
  const sources = stored.corpora.flatMap(({ files }) => files);
  return {
    corpora: sum(sources, 'bytes') + sum(stored.corpora, 'textBytes') + sum(stored.packs, 'bytes'),
    encoders: sum(stored.encoders, 'bytes'),
    runs:
      sum(stored.checkpoints, 'bytes') +
      Float32Array.BYTES_PER_ELEMENT * sum(stored.runs, 'stepsTaken'),
    models: sum(stored.models, 'bytes'),
    free: await estimateFreeBytes(),
    persistent: await isPersisted(),
  };
}

/** Asks the browser to keep this page's data when the disk fills; resolves to whether it will. Only a page may ask, not a worker. */
export async function askToPersist(): Promise<boolean> {
  if (await isPersisted()) return true;
  return (await storageManager()?.persist?.()) ?? false;
}

function sum<Field extends string>(
  records: readonly Record<Field, number>[],
  field: Field,
): number {
  return records.reduce((total, record) => total + record[field], 0);
}
