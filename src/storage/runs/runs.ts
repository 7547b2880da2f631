import { checkpointOwner } from './checkpoints';
import type { RunId, RunRecord } from '../records';
import { renameRecord } from '../rename-record';
import { requireFound } from '../require';
import type { Database } from '../schema';
import { shardRange } from '../shards/shards';
import { readFrom, writeTo } from '../transaction';

/** Stores a new run. @throws an Error if the id is taken. */
export async function addRun(database: Database, run: RunRecord): Promise<void> {
  await writeTo(database, ['runs'], (transaction) => transaction.objectStore('runs').add(run));
}

/** Changes fields of a run at once. @throws an Error if it was deleted: a late worker must not bring it back. */
export async function updateRun(
  database: Database,
  id: RunId,
  changes: Partial<Omit<RunRecord, 'id'>>,
): Promise<RunRecord> {
  return writeTo(database, ['runs'], async (transaction) => {
    const runs = transaction.objectStore('runs');
    const run = { ...requireFound('runs', await runs.get(id)), ...changes };
    await runs.put(run);
    return run;
  });
}

export function findRun(database: Database, id: RunId): Promise<RunRecord | undefined> {
  return readFrom(database, ['runs'], (transaction) => transaction.objectStore('runs').get(id));
}

/** Newest first. */
export async function listRuns(database: Database): Promise<RunRecord[]> {
  const runs = await readFrom(database, ['runs'], (transaction) =>
    transaction.objectStore('runs').getAll(),
  );
  return runs.sort((a, b) => b.createdAt - a.createdAt);
}

export function renameRun(database: Database, id: RunId, name: string): Promise<void> {
  return renameRecord(database, 'runs', id, name);
}

/** Deletes a run with its checkpoints; models exported from it stay. */
export async function deleteRun(database: Database, id: RunId): Promise<void> {
  await writeTo(database, ['runs', 'checkpoints', 'shards'], async (transaction) => {
    await transaction.objectStore('runs').delete(id);
    await transaction.objectStore('checkpoints').delete(IDBKeyRange.bound([id], [id, []]));
    for (const slot of ['latest', 'best'] as const) {
      await transaction
        .objectStore('shards')
        .delete(shardRange(checkpointOwner({ runId: id, slot })));
    }
  });
}
