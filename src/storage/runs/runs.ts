import { changeRun, RUN_DATA_STORES, RUN_STORES } from './change-run';
import { checkpointOwner, deleteOlder } from './checkpoints';
import { roomOwner } from './room';
import { joinRun, splitRun } from './split-run';
import { unlessTrained } from './unless-trained';
import type { RunId, RunRecord, RunSummary } from '../records';
import { renameRecord } from '../rename-record';
import { dropUnneeded, RETIRED_STORES } from '../retired-encoders';
import { requireFound } from '../require';
import type { Database } from '../schema';
import { shardRange } from '../shards/shards';
import { readFrom, writeTo } from '../transaction';

/** Stores a new run. @throws an Error if the id is taken. */
export async function addRun(database: Database, run: RunRecord): Promise<void> {
  const { summary, details } = splitRun(run);
  await writeTo(database, RUN_STORES, async (transaction) => {
    await transaction.objectStore('runs').add(summary);
    await transaction.objectStore('runDetails').add(details);
  });
}

/** Changes fields of a run at once. @throws an Error if it was deleted: a late worker must not bring it back. */
export function updateRun(
  database: Database,
  id: RunId,
  changes: Partial<Omit<RunRecord, 'id'>>,
): Promise<RunRecord> {
  return writeTo(database, RUN_STORES, (transaction) =>
    changeRun(transaction.objectStore('runs'), transaction.objectStore('runDetails'), id, changes),
  );
}

/**
 * Ends a run: changes its record, and deletes in the same transaction what it no longer needs, the room that it held and, unless it may
 * go on, the checkpoints that it would resume from. The best epoch stays.
 *
 * @throws an Error if it was deleted.
 */
export function endRun(
  database: Database,
  id: RunId,
  changes: Partial<Omit<RunRecord, 'id'>>,
  { mayGoOn = false } = {},
): Promise<RunRecord> {
  return writeTo(database, RUN_DATA_STORES, async (transaction) => {
    const runs = transaction.objectStore('runs');
    const run = await changeRun(runs, transaction.objectStore('runDetails'), id, changes);
    const shards = transaction.objectStore('shards');
    await shards.delete(shardRange(roomOwner(id)));
    const headers = transaction.objectStore('checkpoints');
    const kept = mayGoOn ? 1 : 0;
    await deleteOlder({ headers, shards }, { runId: id, slot: 'latest' }, kept);
    return run;
  });
}

/** Finds a run, whole; undefined where it was deleted. */
export function findRun(database: Database, id: RunId): Promise<RunRecord | undefined> {
  return readFrom(database, RUN_STORES, async (transaction) => {
    const summary = await transaction.objectStore('runs').get(id);
    const details = await transaction.objectStore('runDetails').get(id);
    return summary && details && joinRun(summary, details);
  });
}

/** Finds a run, whole. @throws an Error where it was deleted. */
export async function requireRun(database: Database, id: RunId): Promise<RunRecord> {
  return requireFound('runs', await findRun(database, id));
}

/** Lists the runs, newest first, without what `RunDetails` holds. */
export async function listRuns(database: Database): Promise<RunSummary[]> {
  const runs = await readFrom(database, ['runs'], (transaction) =>
    transaction.objectStore('runs').getAll(),
  );
  return runs.sort((a, b) => b.createdAt - a.createdAt);
}

export function renameRun(database: Database, id: RunId, name: string): Promise<void> {
  return renameRecord(database, 'runs', id, name);
}

/** Deletes a run with its checkpoints; models exported from it stay. @throws an Error where it trains, in any tab. */
export function deleteRun(database: Database, id: RunId): Promise<void> {
  return unlessTrained(database, 'runs', id, () =>
    writeTo(database, RETIRED_STORES, async (transaction) => {
      for (const store of RUN_STORES) await transaction.objectStore(store).delete(id);
      await transaction.objectStore('checkpoints').delete(IDBKeyRange.bound([id], [id, []]));
      const owners = (['latest', 'best'] as const).map((slot) =>
        checkpointOwner({ runId: id, slot }),
      );
      for (const owner of [...owners, roomOwner(id)]) {
        await transaction.objectStore('shards').delete(shardRange(owner));
      }
      await dropUnneeded(transaction);
    }),
  );
}
