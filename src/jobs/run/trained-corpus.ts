import type { CorpusRecord, RunRecord } from '../../storage/records';
import { requireRecord } from '../../storage/require';
import type { Database } from '../../storage/schema';

/**
 * Reads the corpus of a run, which must still read as it did when the run trained on it.
 *
 * @param dataHash hash in the run's checkpoint
 * @throws where the corpus is gone, or its splits, words or tags are others now.
 */
export async function requireTrainedCorpus(
  database: Database,
  run: RunRecord,
  dataHash: string,
): Promise<CorpusRecord> {
  const corpus = await requireRecord(database, 'corpora', run.corpusId);
  if (corpus.hash === dataHash) return corpus;
  throw new Error(
    `"${corpus.name}" was changed since "${run.name}" trained on it (its hash is ${shorten(corpus.hash)} and was ${shorten(dataHash)}), ` +
      'so a score on its test sentences would not belong to this run; undo the change, or train a new run.',
  );
}

function shorten(hash: string): string {
  return `${hash.slice(0, 4)}…${hash.slice(-4)}`;
}
