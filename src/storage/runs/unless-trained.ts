import type { RecordStore } from '../record-stores';
import type { RunId, RunSummary } from '../records';
import type { Database } from '../schema';
import { readFrom } from '../transaction';
import { findTraining, whileNobodyTrains, type TrainedRun } from './trainer-lock';

/** Stores of which a training run needs a record. */
export type NeededStore = Exclude<RecordStore, 'models'>;

const NEEDS: Readonly<Record<NeededStore, string>> = {
  corpora: 'is training on this corpus',
  encoders: 'is fine-tuning this encoder',
  runs: 'is training',
};

/** Time that a run which has just begun takes to say its name, or one that ends to free the lock. */
const PATIENCE_MS = 1000;
const PAUSE_MS = 25;

/**
 * Deletes something, unless a run that trains in any tab needs it; no run begins meanwhile. Without Web Locks no tab knows of another's run.
 *
 * @throws an Error that names the run.
 */
export async function unlessTrained(
  database: Database,
  store: NeededStore,
  id: string,
  deletion: () => Promise<unknown>,
): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += PAUSE_MS) {
    if (await whileNobodyTrains(database, deletion)) return;
    const trained = await findTraining(database);
    if (trained) {
      if (await isNeeded(database, trained, id)) throw await inUse(database, store, trained.runId);
      await deletion();
      return;
    }
    if (waitedMs >= PATIENCE_MS) {
      throw new Error('A run is about to begin in another window of this browser; try again.');
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** Finds the run that trains and needs a record, which then cannot be deleted; undefined where none does. */
export async function findNeeding(database: Database, id: string): Promise<RunId | undefined> {
  const trained = await findTraining(database);
  return trained && (await isNeeded(database, trained, id)) ? trained.runId : undefined;
}

async function isNeeded(
  database: Database,
  { runId, uses }: TrainedRun,
  id: string,
): Promise<boolean> {
  if (runId === id || uses.includes(id)) return true;
  const run = await readRun(database, runId);
  return run?.corpusId === id || run?.encoderId === id;
}

async function inUse(database: Database, store: NeededStore, runId: RunId): Promise<Error> {
  const { name = 'A run' } = (await readRun(database, runId)) ?? {};
  return new Error(
    `${name} ${NEEDS[store]}, in this window or another one of this browser; stop it there or let it end, then delete this.`,
  );
}

function readRun(database: Database, id: RunId): Promise<RunSummary | undefined> {
  return readFrom(database, ['runs'], (transaction) => transaction.objectStore('runs').get(id));
}
