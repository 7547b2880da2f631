import { canonicalJson } from '../canonical-json';
import type { CorpusFile, CorpusRecord } from '../records';
import type { Database } from '../schema';
import { hashShards } from '../shards/shards';
import { readFrom } from '../transaction';
import type { ReadableCorpus, ReadableFile } from './corpus-files';

/**
 * Finds a stored corpus of the same files, read in the same way to the same words and tags, whatever its name; undefined where there is none.
 */
export async function findSameCorpus(
  database: Database,
  corpus: ReadableCorpus,
): Promise<CorpusRecord | undefined> {
  if (corpus.files.length === 0) return undefined;
  const stored = await readFrom(database, ['corpora'], (transaction) =>
    transaction.objectStore('corpora').getAll(),
  );
  for (const other of stored) {
    if (isReadAlike(corpus, other) && (await haveSameBytes(corpus.files, other.files))) {
      return other;
    }
  }
  return undefined;
}

function isReadAlike(a: ReadableCorpus, b: CorpusRecord): boolean {
  return a.hash === b.hash && canonicalJson(readingOf(a)) === canonicalJson(readingOf(b));
}

/** Returns what decides how a corpus' files are read, its fixes included. */
function readingOf({ files, errorsDropped, fixes = [] }: ReadableCorpus | CorpusRecord) {
  const readings = files.map(({ name, split, bytes, format }) => ({ name, split, bytes, format }));
  return { readings, errorsDropped, fixes };
}

async function haveSameBytes(
  files: readonly ReadableFile[],
  stored: readonly CorpusFile[],
): Promise<boolean> {
  for (const [index, { source }] of files.entries()) {
    const list = stored[index]!.source;
    if (list instanceof Blob) return false; // an earlier build's, which has no hashes yet
    if ((await hashShards(source)).join() !== list.shardHashes.join()) return false;
  }
  return true;
}
