import type { ByteSource } from '../../data/format/byte-source';
import type { CorpusFile, CorpusId, CorpusRecord } from '../records';
import type { Database } from '../schema';
import { shardRange, sliceBytes, writeShards } from '../shards/shards';
import { StoredFile } from './stored-file';
import { readFrom, writeTo } from '../transaction';
import { whileWriting } from '../write-lock';

/** A file of a corpus whose bytes can be read. */
export interface ReadableFile extends Omit<CorpusFile, 'source'> {
  source: ByteSource;
}

/** A corpus whose files can be read: stored, or about to be. */
export interface ReadableCorpus extends Omit<CorpusRecord, 'files'> {
  files: ReadableFile[];
}

/**
 * Names the owner of the bytes of a corpus' files. Each file is a generation of its own, which it keeps when the corpus is read anew, so
 * that a fix writes no file again.
 */
export function fileOwner(id: CorpusId): string {
  return `corpora/${id}`;
}

/** Lists the generations of the files that a corpus has in the shard store. */
export function fileGenerations({ files }: Pick<CorpusRecord, 'files'>): number[] {
  return files.flatMap(({ source }) => (source instanceof Blob ? [] : [source.generation]));
}

/** Opens the files of a stored corpus, so that they can be read. */
export function openFiles(database: Database, corpus: CorpusRecord): ReadableCorpus {
  const owner = fileOwner(corpus.id);
  const files = corpus.files.map(({ source, ...file }) => ({
    ...file,
    source: source instanceof Blob ? source : new StoredFile(database, owner, source),
  }));
  return { ...corpus, files };
}

/**
 * Stores the files of a corpus that are not in the shard store yet, in generations after those that `before` names. The caller holds the
 * corpus' write lock, and calls `dropNewFiles` if it does not come to write the record.
 *
 * @returns the files as the record names them.
 * @throws StorageFullError, DamagedDataError
 */
export async function keepFiles(
  database: Database,
  { id, name, files }: Pick<ReadableCorpus, 'id' | 'name' | 'files'>,
  before: CorpusRecord | undefined,
): Promise<CorpusFile[]> {
  const owner = fileOwner(id);
  const what = `The corpus "${name}"`;
  const kept: CorpusFile[] = [];
  let generation = newestFile(before);
  for (const { source, ...file } of files) {
    if (source instanceof StoredFile && source.owner === owner) {
      kept.push({ ...file, source: source.list });
      continue;
    }
    const writing = { what, owner, generation: ++generation, bytes: source.size };
    const list = await writeShards(database, writing, sliceBytes(source), (written) =>
      Promise.resolve(written),
    );
    kept.push({ ...file, source: list });
  }
  return kept;
}

/** Removes the files that a writing stored after those that `before` names. */
export async function dropNewFiles(
  database: Database,
  id: CorpusId,
  before: CorpusRecord | undefined,
): Promise<void> {
  const owner = fileOwner(id);
  const range = IDBKeyRange.bound([owner, newestFile(before) + 1], [owner, []]);
  await writeTo(database, ['shards'], (transaction) =>
    transaction.objectStore('shards').delete(range),
  );
}

/** Removes the files that `before` names and `after` does not. */
export async function dropOldFiles(
  shards: { delete(range: IDBKeyRange): Promise<void> },
  before: CorpusRecord,
  after: CorpusRecord,
): Promise<void> {
  const kept = new Set(fileGenerations(after));
  for (const generation of fileGenerations(before)) {
    if (kept.has(generation)) continue;
    await shards.delete(shardRange(fileOwner(before.id), generation));
  }
}

/**
 * Moves the files of corpora that an earlier build kept as Blobs into the shard store, one corpus after another. The tab may die at any
 * moment: a corpus keeps its Blobs until one transaction names its shards, and the next start moves the rest.
 *
 * @returns how many corpora were moved.
 * @throws StorageFullError; the Blobs stay then and are read as before.
 */
export async function moveBlobs(database: Database): Promise<number> {
  const corpora = await readFrom(database, ['corpora'], (transaction) =>
    transaction.objectStore('corpora').getAll(),
  );
  let moved = 0;
  for (const { id, files } of corpora) {
    if (files.some(({ source }) => source instanceof Blob) && (await moveCorpus(database, id)))
      moved++;
  }
  return moved;
}

function moveCorpus(database: Database, id: CorpusId): Promise<boolean> {
  return whileWriting(database, fileOwner(id), async () => {
    const before = await readFrom(database, ['corpora'], (transaction) =>
      transaction.objectStore('corpora').get(id),
    );
    if (!before?.files.some(({ source }) => source instanceof Blob)) return false; // another tab has moved them
    await dropNewFiles(database, id, before); // left by a move that died
    let isMoved = false;
    try {
      const files = await keepFiles(database, openFiles(database, before), before);
      isMoved = await writeTo(database, ['corpora'], async (transaction) => {
        const now = await transaction.objectStore('corpora').get(id);
        if (!now) return false; // deleted meanwhile
        await transaction.objectStore('corpora').put({ ...now, files }); // it may have a new name
        return true;
      });
    } finally {
      if (!isMoved) await dropNewFiles(database, id, before);
    }
    return isMoved;
  });
}

function newestFile(corpus: CorpusRecord | undefined): number {
  return Math.max(0, ...(corpus ? fileGenerations(corpus) : []));
}
