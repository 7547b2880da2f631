import { namesOfHeldLocks, withLock } from '../../browser/locks';
import type { RunId } from '../records';
import type { Database } from '../schema';

/** Another tab of this browser trains on the same storage. */
export class TrainingElsewhereError extends Error {
  override name = 'TrainingElsewhereError';
}

/** The browser takes a moment to free the locks of a tab or a worker that has just died. */
const PATIENCE_MS = 3000;

/**
 * Runs `train` as the only trainer of this storage, over all tabs; without Web Locks, over this one.
 *
 * @throws TrainingElsewhereError where another tab trains, and goes on for three seconds.
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

/** The run that some tab is training on this storage, if any. */
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
