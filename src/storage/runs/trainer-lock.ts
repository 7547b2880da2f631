import { namesOfHeldLocks, withLock } from '../../browser/locks';
import type { RunId } from '../records';
import type { Database } from '../schema';

/** Error of a run that cannot begin because another tab of this browser trains on the same storage. */
export class TrainingElsewhereError extends Error {
  override name = 'TrainingElsewhereError';
}

/** Time to wait for the lock: the browser takes a moment to free those of a tab or a worker that has just died. */
const PATIENCE_MS = 3000;

/**
 * Runs `train` as the only trainer of this storage over all tabs; without Web Locks, within this tab.
 *
 * @throws TrainingElsewhereError where another tab trains and still does after three seconds.
 */
export async function whileTheOnlyTrainer<Result>(
  database: Database,
  runId: RunId,
  train: () => Promise<Result>,
): Promise<Result> {
  const patience = new AbortController();
  const timer = setTimeout(
    () =>
      patience.abort(
        new TrainingElsewhereError(
          'Another tab of this browser is training; two would halve each other’s speed. Let it end or stop it there, then try again.',
        ),
      ),
    PATIENCE_MS,
  );
  return withLock(trainerLock(database), { signal: patience.signal }, () => {
    clearTimeout(timer);
    // A second lock says which run it is: only names of locks can be read from other tabs.
    return withLock(`${trainerLock(database)} ${runId}`, {}, train);
  });
}

/** Finds the run that some tab is training on this storage; undefined where none is. */
export async function findTrainedRun(database: Database): Promise<RunId | undefined> {
  const prefix = `${trainerLock(database)} `;
  const names = await namesOfHeldLocks();
  return names.find((name) => name.startsWith(prefix))?.slice(prefix.length);
}

/** Resolves once no tab trains on this storage. */
export async function whenNobodyTrains(database: Database): Promise<void> {
  await withLock(trainerLock(database), { mode: 'shared' }, () => undefined);
}

function trainerLock(database: Database): string {
  return `${database.name}: training`;
}
