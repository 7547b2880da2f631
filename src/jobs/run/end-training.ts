import { tellWhole } from '../../messages/failure';
import type { RunId, RunRecord } from '../../storage/records';
import { dropGenerations } from '../../storage/runs/checkpoints';
import { endRun, updateRun } from '../../storage/runs/runs';
import { whileTheOnlyTrainer } from '../../storage/runs/trainer-lock';
import type { Database } from '../../storage/schema';
import { DivergenceError } from '../../train/divergence-error';
import type { TrainContext } from './run-context';
import type { RunLog } from './run-log';
import { isStorageTrouble, storeBest, type UnstoredBest } from './store-best';
import type { UnsavedRun } from './unsaved-run';

/** The end of a training, and what the run's record is to say of it. */
export interface Outcome {
  state: RunRecord['state'];
  /** Error that ended the training; undefined where none did. */
  failure: Error | undefined;
  log: RunLog;
  /** Best weights that could not be stored so far. */
  unstored: UnstoredBest | undefined;
}

/**
 * Ends a run in the storage. Best weights that are not stored yet are tried once more; where there is still no room, the run is `unsaved`,
 * and the context holds them.
 *
 * @throws an Error if the run was deleted.
 */
export async function endTraining(
  { database, unsaved }: TrainContext,
  run: RunRecord,
  { state, failure, log, unstored }: Outcome,
): Promise<RunRecord> {
  const reason = failure ? { failure: tellWhole(failure) } : {};
  // A run that diverged would diverge again.
  const mayGoOn = state === 'failed' && !(failure instanceof DivergenceError);
  if (!unstored)
    return endRun(database, run.id, { state, ...log.changes(), ...reason }, { mayGoOn });

  const held: UnsavedRun = {
    ...{ unstored, mayGoOn },
    changes: { state, ...log.changesWithBest(), ...reason },
  };
  try {
    return await store(database, run.id, held);
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
  }
  unsaved?.set(run.id, held);
  const { bytes } = unstored.fields;
  return noteInRun(database, run, {
    ...{ state: 'unsaved', unstored: { epoch: unstored.best.epoch.epoch, bytes } },
    ...log.changes(),
    ...reason,
  });
}

/**
 * Stores the best weights of an unsaved run; it is then as it would have ended.
 *
 * @param replacing whether the person gives up the epoch that is stored, so that its room is free
 * @throws StorageFullError where there is still no room; an Error where another tab trains, or the run was deleted.
 */
export function storeUnsaved(
  database: Database,
  runId: RunId,
  held: UnsavedRun,
  { replacing = false } = {},
): Promise<RunRecord> {
  return whileTheOnlyTrainer(database, runId, async () => {
    if (replacing) await dropBest(database, runId);
    return store(database, runId, held);
  });
}

async function store(
  database: Database,
  runId: RunId,
  { unstored, changes, mayGoOn }: UnsavedRun,
): Promise<RunRecord> {
  await storeBest(database, unstored, changes);
  return endRun(database, runId, changes, { mayGoOn });
}

/** Changes a run's record; where not even that fits on the disk, the change is only told. */
export async function noteInRun(
  database: Database,
  run: RunRecord,
  changes: Partial<RunRecord>,
): Promise<RunRecord> {
  try {
    return await updateRun(database, run.id, changes);
  } catch (error) {
    if (!isStorageTrouble(error)) throw error;
    return { ...run, ...changes };
  }
}

/** Deletes the stored best epoch; the record tells of none until a better one is stored. */
async function dropBest(database: Database, runId: RunId): Promise<void> {
  await updateRun(database, runId, { bestEpoch: -1 });
  await dropGenerations(database, { runId, slot: 'best' });
}
