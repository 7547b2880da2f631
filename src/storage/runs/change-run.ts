import type { RunId, RunRecord, RunSummary } from '../records';
import { requireFound } from '../require';
import { joinRun, splitRun, type StoredRunDetails } from './split-run';

/** Stores that a run's record lies in. */
export const RUN_STORES = ['runs', 'runDetails'] as const;

/** Stores that a run's record, its checkpoints and its room lie in. */
export const RUN_DATA_STORES = [...RUN_STORES, 'checkpoints', 'shards'] as const;

/** A store of a transaction that may write it. */
interface WritableStore<Value> {
  get(id: RunId): Promise<Value | undefined>;
  put(value: Value): Promise<unknown>;
}

/** Changes fields of a run inside a transaction. @throws an Error if it was deleted: a late worker must not bring it back. */
export async function changeRun(
  summaries: WritableStore<RunSummary>,
  allDetails: WritableStore<StoredRunDetails>,
  id: RunId,
  changes: Partial<Omit<RunRecord, 'id'>>,
): Promise<RunRecord> {
  const before = requireFound('runs', await summaries.get(id));
  const run: RunRecord = {
    ...joinRun(before, requireFound('runs', await allDetails.get(id))),
    ...changes,
  };
  if (run.state !== 'unsaved') delete run.unstored;
  if (run.state !== 'failed' && run.state !== 'unsaved') delete run.failure; // it went on
  const { summary, details } = splitRun(run);
  await summaries.put(summary);
  await allDetails.put(details);
  return run;
}
