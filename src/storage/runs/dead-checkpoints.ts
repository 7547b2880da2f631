import type { RunSummary } from '../records';
import type { Database } from '../schema';
import { writeTo } from '../transaction';
import { deleteOlder, KEPT_GENERATIONS } from './checkpoints';

/**
 * Deletes checkpoints that no run can go on from, as earlier builds left them: the latest of runs that have ended, and surplus generations.
 * The latest stays with a run whose record tells of a better epoch than the one that is stored: it is the only copy of later weights.
 *
 * @returns the bytes that were given back.
 */
export function deleteDeadCheckpoints(database: Database): Promise<number> {
  return writeTo(database, ['runs', 'checkpoints', 'shards'], async (transaction) => {
    const headers = transaction.objectStore('checkpoints');
    const shards = transaction.objectStore('shards');
    let bytes = 0;
    for (const run of await transaction.objectStore('runs').getAll()) {
      for (const slot of ['latest', 'best'] as const) {
        const kept = slot === 'latest' && isDone(run) ? 0 : KEPT_GENERATIONS[slot];
        bytes += await deleteOlder({ headers, shards }, { runId: run.id, slot }, kept);
      }
    }
    return bytes;
  });
}

/** Tells whether nothing could come of a run's latest checkpoint any more. */
function isDone({ state, epochs, bestEpoch }: RunSummary): boolean {
  if (state !== 'finished' && state !== 'stopped') return false;
  const scoreOf = (epoch: number) =>
    epochs.find((known) => known.epoch === epoch)?.report.entity.f1 ?? -1;
  const highest = Math.max(-1, ...epochs.map(({ report }) => report.entity.f1));
  return scoreOf(bestEpoch) >= highest;
}
