import { encoderOwner } from './encoder-parts';
import type { CheckpointHeader, EncoderId, EncoderRecord, RunId, RunSummary } from './records';
import { requireFound } from './require';
import { settle, SOURCE_STORES } from './runs/run-sources';
import type { Database } from './schema';
import { shardRange } from './shards/shards';
import { writeTo, type Writing } from './transaction';

/** Stores by which encoders are kept for runs, or given up. */
export const RETIRED_STORES = [
  ...SOURCE_STORES,
  'checkpoints',
  'packs',
  'packedSplits',
  'shards',
] as const;

type Retiring = Writing<typeof RETIRED_STORES>;

/**
 * Lists the runs that need an encoder's stored weights: their checkpoints hold only what training changed. One whose best weights lie in
 * the memory of a tab (`unsaved`) is among them.
 */
export function runsNeeding(
  id: EncoderId,
  runs: readonly RunSummary[],
  checkpoints: readonly CheckpointHeader[],
): RunSummary[] {
  const partial = new Set<RunId>();
  for (const { key, needsEncoder } of checkpoints) if (needsEncoder) partial.add(key.runId);
  return runs.filter(
    (run) => run.encoderId === id && (run.state === 'unsaved' || partial.has(run.id)),
  );
}

/** Tells whether some run needs an encoder's stored weights. */
export async function isNeededByRuns(transaction: Retiring, id: EncoderId): Promise<boolean> {
  const runs = await transaction.objectStore('runs').getAll();
  const checkpoints = await transaction.objectStore('checkpoints').getAll();
  return runsNeeding(id, runs, checkpoints).length > 0;
}

/** Takes an encoder out of all lists and keeps its bytes for its runs, inside a transaction. */
export async function retire(transaction: Retiring, id: EncoderId): Promise<void> {
  const encoders = transaction.objectStore('encoders');
  const encoder = requireFound('encoders', await encoders.get(id));
  await encoders.put({ ...encoder, retired: true });
  const runs = transaction.objectStore('runs');
  for (const run of await runs.getAll()) {
    if (run.encoderId === id) await runs.put({ ...run, encoderName: encoder.name });
  }
  await settle(transaction); // its runs may go over to another of the same hash
}

/** Gives an encoder that was deleted, and kept for its runs, back to the lists: it came again. */
export async function restoreEncoder(
  database: Database,
  id: EncoderId,
  { name, createdAt }: Pick<EncoderRecord, 'name' | 'createdAt'>,
): Promise<EncoderRecord> {
  return writeTo(database, SOURCE_STORES, async (transaction) => {
    const encoders = transaction.objectStore('encoders');
    const before = requireFound('encoders', await encoders.get(id));
    const encoder = { ...before, name, createdAt };
    delete encoder.retired;
    await encoders.put(encoder);
    await settle(transaction);
    return encoder;
  });
}

/** Deletes the encoders that were kept for runs of which none is left, inside a transaction. */
export async function dropUnneeded(transaction: Retiring): Promise<void> {
  const encoders = transaction.objectStore('encoders');
  for (const { id, retired } of await encoders.getAll()) {
    if (!retired || (await isNeededByRuns(transaction, id))) continue;
    await encoders.delete(id);
    await transaction.objectStore('shards').delete(shardRange(encoderOwner(id)));
    for (const key of await transaction.objectStore('packs').getAllKeys()) {
      if (key[1] !== id) continue;
      await transaction.objectStore('packs').delete(key);
      await transaction.objectStore('packedSplits').delete(key);
    }
  }
}
