import { describe, expect, test } from 'vitest';
import type { Sentence } from '../../../src/ner/sentence';
import { writeCorpus } from '../../../src/storage/corpora/corpus-writer';
import {
  deleteCorpus,
  findCorpus,
  listCorpora,
  readSentenceRange,
  readStoredSentences,
  renameCorpus,
} from '../../../src/storage/corpora/corpora';
import { findPack, readPack, savePack } from '../../../src/storage/corpora/packs';
import type { Database } from '../../../src/storage/schema';
import { openFresh } from '../fresh-database';
import { someCorpus, someSentences } from '../samples';

/** Stores a corpus whose train split has so many sentences of a series. */
async function store(database: Database, count: number, series = 0, id?: string): Promise<string> {
  const corpus = await writeCorpus(
    database,
    async (writer) => {
      await writer.append('train', someSentences(count, series));
      return someCorpus(writer.id, { train: count }, `series ${series}`);
    },
    id,
  );
  return corpus.id;
}

async function readAll(database: Database, id: string): Promise<Sentence[]> {
  const sentences = [];
  for await (const chunk of readStoredSentences(database, id, 'train')) sentences.push(...chunk);
  return sentences;
}

const packed = {
  sentences: 1,
  pieceIds: Int32Array.of(101, 7, 102),
  pieceOffsets: Int32Array.of(0, 3),
  firstPieces: Int32Array.of(1),
  wordOffsets: Int32Array.of(0, 1),
  spanStarts: Int32Array.of(0),
  spanEnds: Int32Array.of(1),
  spanLabels: Int32Array.of(0),
  spanOffsets: Int32Array.of(0, 1),
};
const packName = (corpusId: string) => ({
  corpusId,
  encoderId: 'e',
  maxPieces: 128,
  split: 'train' as const,
});
const packCounts = { sentences: 1, pieces: 3, wordsBeyondWindow: 0, entitiesBeyondWindow: 0 };

describe('a corpus', () => {
  test.each([0, 1, 1999, 2000, 2001, 4000, 4500])(
    'of %i sentences comes back in order',
    async (count) => {
      const database = await openFresh();
      const id = await store(database, count);
      expect(await readAll(database, id)).toEqual(someSentences(count));
    },
  );

  test('may be appended in any cuts, its splits in turn', async () => {
    const database = await openFresh();
    const train = someSentences(5000, 1);
    const dev = someSentences(2500, 2);
    const { id } = await writeCorpus(database, async (writer) => {
      await writer.append('train', train.slice(0, 1500));
      await writer.append('dev', dev.slice(0, 2400));
      await writer.append('train', train.slice(1500, 4999));
      await writer.append('train', train.slice(4999));
      await writer.append('dev', dev.slice(2400));
      return someCorpus(writer.id, { train: 5000, dev: 2500 });
    });
    expect(await readAll(database, id)).toEqual(train);
    expect(await readSentenceRange(database, id, 'dev', 0, 9999)).toEqual(dev);
    expect(await readSentenceRange(database, id, 'test', 0, 9999)).toEqual([]);
  });

  test.each([
    [0, 1],
    [1990, 2010],
    [2000, 4000],
    [3999, 4001],
    [4400, 9999],
    [4500, 4600],
    [10, 10],
  ])('gives its sentences [%i, %i)', async (start, end) => {
    const database = await openFresh();
    const id = await store(database, 4500);
    expect(await readSentenceRange(database, id, 'train', start, end)).toEqual(
      someSentences(4500).slice(start, end),
    );
  });

  test('is nowhere while it is written', async () => {
    const database = await openFresh();
    await writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(3000));
      expect(await database.count('sentences')).toBe(1);
      expect(await listCorpora(database)).toEqual([]);
      expect(await findCorpus(database, writer.id)).toBeUndefined();
      return someCorpus(writer.id, { train: 3000 });
    });
    expect(await listCorpora(database)).toHaveLength(1);
  });

  test('whose reading fails leaves nothing', async () => {
    const database = await openFresh();
    const writing = writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(3000));
      throw new DOMException('Stopped.', 'AbortError');
    });
    await expect(writing).rejects.toThrow('Stopped.');
    expect(await database.count('sentences')).toBe(0);
    expect(await listCorpora(database)).toEqual([]);
  });

  test('whose record counts other sentences than were appended is refused', async () => {
    const database = await openFresh();
    const writing = writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(3));
      return someCorpus(writer.id, { train: 4 }, 'wrong');
    });
    await expect(writing).rejects.toThrow(
      'The train split of "wrong" states 4 sentences, but 3 were appended; nothing was stored, so try again.',
    );
    expect(await database.count('sentences')).toBe(0);
  });
});

describe('a corpus read anew', () => {
  test('takes the place of the old text, and the packs go', async () => {
    const database = await openFresh();
    const id = await store(database, 4100, 1);
    await savePack(database, { ...packName(id), ...packCounts }, packed, 'hash of series 1');
    await store(database, 100, 2, id);
    expect(await readAll(database, id)).toEqual(someSentences(100, 2));
    expect(await database.count('sentences')).toBe(1);
    expect(await listCorpora(database)).toHaveLength(1);
    expect(await findPack(database, packName(id))).toBeUndefined();
    expect(await readPack(database, packName(id))).toBeUndefined();
  });

  test('stays as it was where that fails', async () => {
    const database = await openFresh();
    const id = await store(database, 4100, 1);
    const failing = writeCorpus(
      database,
      async (writer) => {
        await writer.append('train', someSentences(2500, 2));
        throw new Error('No.');
      },
      id,
    );
    await expect(failing).rejects.toThrow('No.');
    expect(await readAll(database, id)).toEqual(someSentences(4100, 1));
    expect(await database.count('sentences')).toBe(3);
  });

  test('breaks a reading of the old text off, rather than mixing both', async () => {
    const database = await openFresh();
    const id = await store(database, 4100, 1);
    const reading = readStoredSentences(database, id, 'train');
    await reading.next();
    await store(database, 4100, 2, id);
    await expect(reading.next()).rejects.toThrow('was deleted or read anew meanwhile; start again');
  });

  test('does not come back if it was deleted meanwhile', async () => {
    const database = await openFresh();
    const id = await store(database, 10, 1);
    const writing = writeCorpus(
      database,
      async (writer) => {
        await writer.append('train', someSentences(10, 2));
        await deleteCorpus(database, id);
        return someCorpus(id, { train: 10 });
      },
      id,
    );
    await expect(writing).rejects.toThrow('was deleted while it was read');
    expect(await listCorpora(database)).toEqual([]);
    expect(await database.count('sentences')).toBe(0);
  });
});

describe('corpora', () => {
  test('are listed newest first, and renamed', async () => {
    const database = await openFresh();
    for (const [id, createdAt] of [
      ['old', 1],
      ['new', 2],
    ] as const) {
      await writeCorpus(database, () => Promise.resolve({ ...someCorpus(id, {}), createdAt }), id);
    }
    await renameCorpus(database, 'old', '  Letters ');
    expect((await listCorpora(database)).map(({ id, name }) => [id, name])).toEqual([
      ['new', 'a corpus'],
      ['old', 'Letters'],
    ]);
    await expect(renameCorpus(database, 'old', ' ')).rejects.toThrow(
      'at least one visible character',
    );
    await expect(renameCorpus(database, 'old', 'x'.repeat(301))).rejects.toThrow(
      'A name has at most 300 characters, and this has 301; choose a shorter one.',
    );
    await expect(renameCorpus(database, 'none', 'x')).rejects.toThrow(
      'This corpus is no longer stored here',
    );
  });

  test('are deleted with their sentences and packs, the others stay', async () => {
    const database = await openFresh();
    const gone = await store(database, 2500, 1);
    const kept = await store(database, 5, 2);
    await savePack(database, { ...packName(gone), ...packCounts }, packed, 'hash of series 1');
    await savePack(database, { ...packName(kept), ...packCounts }, packed, 'hash of series 2');
    await deleteCorpus(database, gone);
    expect((await listCorpora(database)).map(({ id }) => id)).toEqual([kept]);
    expect(await readAll(database, kept)).toEqual(someSentences(5, 2));
    expect(await database.count('sentences')).toBe(1);
    expect(await database.count('packedSplits')).toBe(1);
    await expect(readAll(database, gone)).rejects.toThrow('This corpus is no longer stored here');
  });
});

describe('a pack', () => {
  test('comes back, its summary apart', async () => {
    const database = await openFresh();
    const id = await store(database, 1, 1);
    await savePack(database, { ...packName(id), ...packCounts }, packed, 'hash of series 1');
    // 3 + 2 + 1 + 2 + 1 + 1 + 1 + 2 numbers of 4 bytes.
    expect(await findPack(database, packName(id))).toEqual({
      ...packName(id),
      ...packCounts,
      bytes: 52,
    });
    expect(await readPack(database, packName(id))).toEqual(packed);
    expect(await readPack(database, { ...packName(id), maxPieces: 64 })).toBeUndefined();
  });

  test('of a text that is gone is refused', async () => {
    const database = await openFresh();
    const id = await store(database, 1, 1);
    await store(database, 1, 2, id);
    const saving = savePack(
      database,
      { ...packName(id), ...packCounts },
      packed,
      'hash of series 1',
    );
    await expect(saving).rejects.toThrow(
      'The corpus was deleted or read anew while it was tokenized',
    );
    expect(await database.count('packedSplits')).toBe(0);
  });
});
