import type { Sentence, SplitName } from '../../ner/sentence';
import { fileOwner } from './corpus-files';
import type { CorpusId, CorpusRecord } from '../records';
import { renameRecord } from '../rename-record';
import { requireRecord } from '../require';
import { deleteSource, SOURCE_STORES } from '../runs/run-sources';
import { unlessTrained } from '../runs/unless-trained';
import type { Database, StoredCorpus } from '../schema';
import { shardRange } from '../shards/shards';
import { readFrom, writeTo } from '../transaction';

/** Sentences of one stored chunk: a few hundred kilobytes, read in some milliseconds. */
export const CHUNK_SENTENCES = 2000;

/** Finds a corpus' record; undefined where it was deleted. */
export function findCorpus(database: Database, id: CorpusId): Promise<StoredCorpus | undefined> {
  return readFrom(database, ['corpora'], (transaction) =>
    transaction.objectStore('corpora').get(id),
  );
}

/** Lists the corpora, newest first. */
export async function listCorpora(database: Database): Promise<CorpusRecord[]> {
  const corpora = await readFrom(database, ['corpora'], (transaction) =>
    transaction.objectStore('corpora').getAll(),
  );
  return corpora.sort((a, b) => b.createdAt - a.createdAt);
}

/**
 * Reads the sentences of a split in order, in chunks of at most 2,000.
 *
 * @throws an Error if the corpus is deleted or read anew meanwhile: sentences of two different texts are never mixed.
 */
export async function* readStoredSentences(
  database: Database,
  id: CorpusId,
  split: SplitName,
): AsyncGenerator<Sentence[]> {
  const corpus = await requireRecord(database, 'corpora', id);
  for (let chunk = 0; chunk * CHUNK_SENTENCES < countSentences(corpus, split); chunk++) {
    yield await readChunk(database, corpus, split, chunk);
  }
}

/** Reads the sentences `[start, end)` of a split, as far as it has them. */
export async function readSentenceRange(
  database: Database,
  id: CorpusId,
  split: SplitName,
  start: number,
  end: number,
): Promise<Sentence[]> {
  const corpus = await requireRecord(database, 'corpora', id);
  const stop = Math.min(end, countSentences(corpus, split));
  const sentences: Sentence[] = [];
  for (let chunk = Math.floor(start / CHUNK_SENTENCES); chunk * CHUNK_SENTENCES < stop; chunk++) {
    const first = chunk * CHUNK_SENTENCES;
    const stored = await readChunk(database, corpus, split, chunk);
    for (const sentence of stored.slice(Math.max(0, start - first), stop - first))
      sentences.push(sentence);
  }
  return sentences;
}

/** Tells whether two records of a corpus stand for the same sentences: what was kept of one is still true of the other. */
export function isSameText(a: StoredCorpus, b: StoredCorpus): boolean {
  return a.id === b.id && a.generation === b.generation;
}

export function renameCorpus(database: Database, id: CorpusId, name: string): Promise<void> {
  return renameRecord(database, 'corpora', id, name);
}

/**
 * Deletes a corpus with its files, sentences and packs. Its runs stay, with scores and checkpoints, and can be exported; they find the same
 * corpus again once its files are dropped again.
 *
 * @throws an Error where a run trains on it.
 */
export function deleteCorpus(database: Database, id: CorpusId): Promise<void> {
  const stores = [...SOURCE_STORES, 'sentences', 'packs', 'packedSplits', 'shards'] as const;
  return unlessTrained(database, 'corpora', id, () =>
    writeTo(database, stores, async (transaction) => {
      await deleteSource(transaction, 'corpora', id);
      await transaction.objectStore('shards').delete(shardRange(fileOwner(id)));
      for (const store of ['sentences', 'packs', 'packedSplits'] as const) {
        await transaction.objectStore(store).delete(IDBKeyRange.bound([id], [id, []]));
      }
    }),
  );
}

function countSentences(corpus: CorpusRecord, split: SplitName): number {
  return corpus.statistics[split]?.sentences ?? 0;
}

/**
 * Reads one chunk. Packing, search, statistics, scores and the list of errors take every sentence of a stored corpus through here, so that a
 * layer over the stored text has one seam: it is laid over the chunk, and `isSameText` compares its revision.
 */
async function readChunk(
  database: Database,
  { id, name, generation }: StoredCorpus,
  split: SplitName,
  chunk: number,
): Promise<Sentence[]> {
  const sentences = await readFrom(database, ['sentences'], (transaction) =>
    transaction.objectStore('sentences').get([id, generation, split, chunk]),
  );
  if (!sentences)
    throw new Error(`The corpus "${name}" was deleted or read anew meanwhile; start again.`);
  return sentences;
}
