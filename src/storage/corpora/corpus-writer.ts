import { SPLIT_NAMES, type Sentence, type SplitName } from '../../ner/sentence';
import { CHUNK_SENTENCES } from './corpora';
import {
  dropNewFiles,
  dropOldFiles,
  fileOwner,
  keepFiles,
  type ReadableCorpus,
} from './corpus-files';
import { createId } from '../ids';
import type { CorpusId, CorpusRecord } from '../records';
import { settle, SOURCE_STORES } from '../runs/run-sources';
import type { Database, StoredCorpus } from '../schema';
import { findSameCorpus } from './same-corpus';
import { readFrom, writeTo } from '../transaction';
import { whileWriting } from '../write-lock';

/** A corpus that is being written; it is not listed before its record is stored. */
export interface CorpusWriter {
  readonly id: CorpusId;
  /** Stores the next sentences of a split; await it before the next call. @throws StorageFullError */
  append(split: SplitName, sentences: readonly Sentence[]): Promise<void>;
}

/**
 * Stores a corpus: `write` appends its sentences and returns its record with its files. Files that are not in storage yet are stored, and the
 * record is written last, so a record means a whole corpus. With the id of a stored corpus, the new text replaces the old one, and its packs
 * are deleted. If `write` throws, storage stays as it was. Runs that need the corpus find it.
 *
 * @returns the record; where the same files are stored already, read in the same way, the record of that corpus, and nothing is stored.
 * @throws what `write` throws; StorageFullError; an Error if `statistics` count other sentences than were appended.
 */
export function writeCorpus(
  database: Database,
  write: (writer: CorpusWriter) => Promise<ReadableCorpus>,
  id: CorpusId = createId(),
): Promise<CorpusRecord> {
  return whileWriting(database, fileOwner(id), async () => {
    const before = await readFrom(database, ['corpora'], (transaction) =>
      transaction.objectStore('corpora').get(id),
    );
    const generation = (before?.generation ?? 0) + 1;
    const text = IDBKeyRange.bound([id, generation], [id, generation, []]);
    const dropNew = async () => {
      await writeTo(database, ['sentences'], (transaction) =>
        transaction.objectStore('sentences').delete(text),
      );
      await dropNewFiles(database, id, before);
    };

    await dropNew(); // left by a writing that died
    try {
      const sentences = new SentenceBuffer(database, id, generation);
      const corpus = await write(sentences);
      await sentences.flush();
      sentences.assertCounts(corpus);
      const same = before ? undefined : await findSameCorpus(database, corpus);
      if (same) {
        await dropNew();
        return same;
      }
      const files = await keepFiles(database, { ...corpus, id }, before);
      const record = { ...corpus, id, files };
      const stored = { ...record, generation, textBytes: sentences.textBytes };
      await commit(database, stored, before?.generation);
      return record;
    } catch (error) {
      await dropNew().catch(() => undefined); // the first error says more
      throw error;
    }
  });
}

/** Writes the record, drops what it replaces, and matches the runs with the text that is there now. */
function commit(
  database: Database,
  corpus: StoredCorpus,
  before: number | undefined,
): Promise<void> {
  const { id, generation } = corpus;
  return writeTo(
    database,
    [...SOURCE_STORES, 'sentences', 'packs', 'packedSplits', 'shards'],
    async (transaction) => {
      const now = await transaction.objectStore('corpora').get(id);
      if (now?.generation !== before) {
        throw new Error(
          `The corpus "${corpus.name}" was deleted while it was read; nothing was stored.`,
        );
      }
      if (now) await settle(transaction); // so that its runs know the hash of the text that goes
      await transaction.objectStore('corpora').put(corpus);
      await settle(transaction);
      if (now) await dropOldFiles(transaction.objectStore('shards'), now, corpus);
      const older = IDBKeyRange.bound([id], [id, generation], false, true);
      await transaction.objectStore('sentences').delete(older);
      for (const store of ['packs', 'packedSplits'] as const) {
        await transaction.objectStore(store).delete(IDBKeyRange.bound([id], [id, []]));
      }
    },
    { what: `The record of the corpus "${corpus.name}"`, bytes: 0 },
  );
}

/** Gathers sentences into chunks of one size, so that the chunk of any sentence is found by division. */
class SentenceBuffer implements CorpusWriter {
  textBytes = 0;
  readonly id: CorpusId;
  readonly #database: Database;
  readonly #generation: number;
  readonly #waiting = new Map<SplitName, Sentence[]>();
  /** Sentences stored so far, by split. */
  readonly #counts = new Map<SplitName, number>();

  constructor(database: Database, id: CorpusId, generation: number) {
    this.#database = database;
    this.id = id;
    this.#generation = generation;
  }

  async append(split: SplitName, sentences: readonly Sentence[]): Promise<void> {
    const waiting = this.#waiting.get(split) ?? [];
    this.#waiting.set(split, waiting);
    for (const sentence of sentences) {
      waiting.push(sentence);
      if (waiting.length === CHUNK_SENTENCES) await this.#writeChunk(split, waiting.splice(0));
    }
  }

  async flush(): Promise<void> {
    for (const [split, waiting] of this.#waiting) {
      if (waiting.length > 0) await this.#writeChunk(split, waiting.slice());
    }
  }

  assertCounts({ name, statistics }: Pick<CorpusRecord, 'name' | 'statistics'>): void {
    for (const split of SPLIT_NAMES) {
      const appended = this.#counts.get(split) ?? 0;
      const stated = statistics[split]?.sentences ?? 0;
      if (appended === stated) continue;
      throw new Error(
        `The ${split} split of "${name}" states ${stated} sentences, but ${appended} were appended; nothing was stored, so try again.`,
      );
    }
  }

  async #writeChunk(split: SplitName, sentences: Sentence[]): Promise<void> {
    const count = this.#counts.get(split) ?? 0;
    const chunk = count / CHUNK_SENTENCES;
    const bytes = estimateBytes(sentences);
    await writeTo(
      this.#database,
      ['sentences'],
      (transaction) =>
        transaction
          .objectStore('sentences')
          .put(sentences, [this.id, this.#generation, split, chunk]),
      { what: 'The corpus', bytes },
    );
    this.#counts.set(split, count + sentences.length);
    this.textBytes += bytes;
  }
}

/** Estimates the stored bytes of sentences within a few per cent: a word costs its letters and 3 bytes, a span the names of its fields. */
function estimateBytes(sentences: readonly Sentence[]): number {
  let bytes = 0;
  for (const { words, spans } of sentences) {
    bytes += 60 + 45 * spans.length;
    for (const word of words) bytes += word.length + 3;
  }
  return bytes;
}
