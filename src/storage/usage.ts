import { isPersisted, storageManager } from '../browser/offered';
import { encoderBytes } from './encoder-parts';
import { runsNeeding } from './retired-encoders';
import { estimateFreeBytes } from './storage-full-error';
import type { Database } from './schema';
import { readFrom } from './transaction';

/** Bytes stored, by what a person can delete, and bytes the browser still grants. */
export interface StorageUsage {
  corpora: number;
  encoders: number;
  runs: number;
  models: number;
  /** Bytes that each corpus, encoder, run and model would give back if it were deleted, by its id. */
  each: ReadonlyMap<string, number>;
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
  const each = new Map<string, number>();
  const add = (id: string, bytes: number): number => {
    each.set(id, (each.get(id) ?? 0) + bytes);
    return bytes;
  };
  const corpora = stored.corpora.map(({ id, files, textBytes }) =>
    add(id, sum(files, 'bytes') + textBytes),
  );
  const encoders = stored.encoders.map((encoder) => add(encoder.id, encoderBytes(encoder)));
  for (const { id, retired } of stored.encoders) {
    if (!retired) continue;
    // The last run that needs a deleted encoder takes its bytes along.
    const [run, ...others] = runsNeeding(id, stored.runs, stored.checkpoints);
    if (run && others.length === 0) add(run.id, each.get(id)!);
  }
  // A pack goes with its corpus as well as with its encoder.
  for (const { encoderId, bytes } of stored.packs) add(encoderId, bytes);
  const packs = stored.packs.map(({ corpusId, bytes }) => add(corpusId, bytes));
  const losses = stored.runs.map(({ id, stepsTaken }) =>
    add(id, Float32Array.BYTES_PER_ELEMENT * stepsTaken),
  );
  const checkpoints = stored.checkpoints.map(({ key, bytes }) => add(key.runId, bytes));
  const models = stored.models.map(({ id, bytes }) => add(id, bytes));
  return {
    corpora: total([...corpora, ...packs]),
    encoders: total(encoders),
    runs: total([...losses, ...checkpoints]),
    models: total(models),
    each,
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
  return total(records.map((record) => record[field]));
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
