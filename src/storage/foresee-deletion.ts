import type { RunId, RunSummary } from './records';
import { encoderBytes } from './encoder-parts';
import { runsNeeding } from './retired-encoders';
import { findSource } from './runs/run-sources';
import { findNeeding } from './runs/unless-trained';
import type { Database } from './schema';
import { readFrom } from './transaction';
import { measureUsage } from './usage';

/** The cost of deleting a corpus or an encoder. */
export interface Foreseen {
  /** Bytes that are given back, tokenized splits included. */
  bytes: number;
  /** Bytes of an encoder that stay until the last of its runs is deleted, because their checkpoints need them. */
  keptBytes: number;
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
  const names = ['corpora', 'encoders', 'runs', 'checkpoints'] as const;
  const stored = await readFrom(database, names, async (transaction) => ({
    corpora: await transaction.objectStore('corpora').getAll(),
    encoders: await transaction.objectStore('encoders').getAll(),
    runs: await transaction.objectStore('runs').getAll(),
    checkpoints: await transaction.objectStore('checkpoints').getAll(),
  }));
  const isCorpus = store === 'corpora';
  const others: { id: string; hash?: string }[] = stored[store].filter((each) => each.id !== id);
  const runs = stored.runs
    .filter((run) => (isCorpus ? run.corpusId : run.encoderId) === id)
    .filter((run) => !findSource(others, id, isCorpus ? run.corpusHash : run.encoderHash))
    .sort((a, b) => a.createdAt - b.createdAt);
  const encoder = isCorpus ? undefined : stored.encoders.find((each) => each.id === id);
  const isKept = runsNeeding(id, runs, stored.checkpoints).length > 0;
  const keptBytes = encoder && isKept ? encoderBytes(encoder) : 0;
  const { each: weights } = await measureUsage(database);
  return {
    ...{ bytes: (weights.get(id) ?? 0) - keptBytes, keptBytes, runs },
    needingId: await findNeeding(database, id),
  };
}
