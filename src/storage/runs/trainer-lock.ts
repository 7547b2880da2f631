import { namesOfHeldLocks, withLock } from '../../browser/locks';
import type { RunId } from '../records';
import type { Database } from '../schema';

/** Error of a run that cannot begin because another tab of this browser trains on the same storage. */
export class TrainingElsewhereError extends Error {
  override name = 'TrainingElsewhereError';
}

/** Time to wait for the lock: the browser takes a moment to free those of a tab or a worker that has just died. */
const PATIENCE_MS = 3000;

/** The run that some tab is training. */
export interface TrainedRun {
  runId: RunId;
  /** Ids of the corpus and the encoder that it trains with; empty where an older version of the page trains it. */
  uses: readonly string[];
}

/**
 * Runs `train` as the only trainer of this storage over all tabs; without Web Locks, within this tab. `uses` are the ids of what must not be
 * deleted meanwhile.
 *
 * @throws TrainingElsewhereError where another tab trains and still does after three seconds.
 */
export async function whileTheOnlyTrainer<Result>(
  database: Database,
  runId: RunId,
  train: () => Promise<Result>,
  uses: readonly string[] = [],
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
    return withLock([trainerLock(database), runId, ...uses].join(' '), {}, train);
  });
}

/** Finds the run that some tab is training on this storage; undefined where none is. */
export async function findTrainedRun(database: Database): Promise<RunId | undefined> {
  return (await findTraining(database))?.runId;
}

/** Finds the run that some tab is training on this storage, and what it trains with; undefined where none is. */
export async function findTraining(database: Database): Promise<TrainedRun | undefined> {
  const prefix = `${trainerLock(database)} `;
  const name = (await namesOfHeldLocks()).find((held) => held.startsWith(prefix));
  const [runId, ...uses] = name?.slice(prefix.length).split(' ') ?? [];
  return runId === undefined ? undefined : { runId, uses };
}

/** Runs `use` while no tab trains, and keeps runs from beginning meanwhile; where one trains, resolves to false at once. */
export function whileNobodyTrains(
  database: Database,
  use: () => Promise<unknown>,
): Promise<boolean> {
  const wish = { mode: 'shared', ifAvailable: true } as const;
  return withLock(trainerLock(database), wish, async (lock) => {
    if (lock) await use();
    return lock !== null;
  });
}

/** Resolves once no tab trains on this storage. */
export async function whenNobodyTrains(database: Database): Promise<void> {
  await withLock(trainerLock(database), { mode: 'shared' }, () => undefined);
}

function trainerLock(database: Database): string {
  return `${database.name}: training`;
}
