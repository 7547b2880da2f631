import type { RunId, RunSummary } from './records';
import { findSource } from './runs/run-sources';
import { findNeeding } from './runs/unless-trained';
import type { Database } from './schema';
import { readFrom } from './transaction';
import { measureUsage } from './usage';

/** The cost of deleting a corpus or an encoder. */
export interface Foreseen {
  /** Bytes that are given back, tokenized splits included. */
  bytes: number;
  /** Runs that were made of it and find no other of the same content, oldest first. */
  runs: RunSummary[];
  /** Run that trains with it now, which forbids the deletion. */
  needingId: RunId | undefined;
}

/** Foresees the deletion of a corpus or an encoder, and changes nothing. */
export async function foreseeDeletion(
  database: Database,
  store: 'corpora' | 'encoders',
  id: string,
): Promise<Foreseen> {
  const names = ['corpora', 'encoders', 'runs'] as const;
  const stored = await readFrom(database, names, async (transaction) => ({
    corpora: await transaction.objectStore('corpora').getAll(),
    encoders: await transaction.objectStore('encoders').getAll(),
    runs: await transaction.objectStore('runs').getAll(),
  }));
  const isCorpus = store === 'corpora';
  const others: { id: string; hash?: string }[] = stored[store].filter((each) => each.id !== id);
  const runs = stored.runs
    .filter((run) => (isCorpus ? run.corpusId : run.encoderId) === id)
    .filter((run) => !findSource(others, id, isCorpus ? run.corpusHash : run.encoderHash))
    .sort((a, b) => a.createdAt - b.createdAt);
  const { each: weights } = await measureUsage(database);
  return { bytes: weights.get(id) ?? 0, runs, needingId: await findNeeding(database, id) };
}
