import { describe, expect, test } from 'vitest';
import { describeCorpus } from '../../../src/jobs/corpus/describe-corpus';
import { importCorpus } from '../../../src/jobs/corpus/import-corpus';
import { SentenceSearch } from '../../../src/jobs/corpus/sentence-search';
import type { SentenceMatches, SentenceQuery } from '../../../src/protocol/corpus-reading';
import { CHUNK_SENTENCES } from '../../../src/storage/corpora/corpora';
import { writeCorpus } from '../../../src/storage/corpora/corpus-writer';
import { savePack } from '../../../src/storage/corpora/packs';
import { saveEncoder } from '../../../src/storage/encoders';
import type { CorpusRecord } from '../../../src/storage/records';
import type { Database } from '../../../src/storage/schema';
import { openFresh } from '../../storage/fresh-database';
import { someCorpus, someSentences, someSplit } from '../../storage/samples';
import { madeEncoder } from '../../ui/made-studio';

const never = new AbortController().signal;
const noReport = () => undefined;

function importFiles(database: Database, files: Record<string, string>): Promise<CorpusRecord> {
  const sources = Object.entries(files).map(([name, text]) => ({
    name,
    blob: new Blob([text]),
    choice: {},
  }));
  const task = { name: 'letters', sources, dropErrors: true };
  return importCorpus({ database, report: noReport, signal: never }, task);
}

const train = `Ada\tB-PER
left\tO

too\tmany\tcolumns
Clara\tB-PER
and\tO
odd
Ada\tI-PER
left\tO
Cork\tB-LOC

nobody\tO
came\tO
`;
const trainMore = `Clara\tB-PER
came\tO

Cork\tI-LOC
slept\tO
`;
const dev = `Ada\tB-PER
slept\tO

Rain\tO
fell\tO
`;
const files = {
  'a.train.conll': train,
  'b.train.conll': trainMore,
  'letters.dev.conll': dev,
};

/** `train 0 2, dev 1`. */
function told({ bySplit }: SentenceMatches): string {
  return Object.entries(bySplit)
    .map(([split, indices]) => `${split} ${[...indices].join(' ')}`)
    .join(', ');
}

describe('the sentences of two files', () => {
  test.each<[SentenceQuery, string]>([
    [{}, 'train 0 1 2 3 4, dev 0 1'],
    [{ text: 'ada' }, 'train 0 1, dev 0'],
    [{ text: 'ada left' }, 'train 0 1'],
    [{ text: 'came', split: 'train' }, 'train 2 3'],
    [{ label: 'LOC' }, 'train 1 4'],
    [{ label: 'ORG' }, ''],
    [{ text: 'ada', label: 'LOC' }, 'train 1'],
    [{ split: 'dev' }, 'dev 0 1'],
    [{ finding: 'column-count' }, 'train 1'],
    [{ finding: 'orphan-inside' }, 'train 1 4'],
    [{ finding: 'orphan-inside', text: 'slept' }, 'train 4'],
    [{ finding: 'malformed-json' }, ''],
  ])('%j are %s', async (query, expected) => {
    const database = await openFresh();
    const corpus = await importFiles(database, files);
    const search = new SentenceSearch(Promise.resolve(database));
    const matches = await search.search(corpus.id, query);
    expect(told(matches!)).toBe(expected);
    const counts = Object.values(matches!.bySplit).map((found) => found.length);
    expect(matches!.count).toBe(counts.reduce((sum, count) => sum + count, 0));
  });

  test('are read with their file, line and findings', async () => {
    const database = await openFresh();
    const corpus = await importFiles(database, files);
    const search = new SentenceSearch(Promise.resolve(database));
    const [dirty, other] = await search.read(corpus.id, [
      { split: 'train', index: 1 },
      { split: 'train', index: 4 },
    ]);
    expect(dirty).toMatchObject({ split: 'train', index: 1, file: 'a.train.conll' });
    expect(dirty!.sentence.words).toEqual(['Clara', 'and', 'Ada', 'left', 'Cork']);
    expect(dirty!.sentence.line).toBe(5);
    // Line 4 is the row before its first word, line 7 one among its words.
    const errors = dirty!.findings.filter(({ kind }) => kind === 'column-count');
    expect(errors.map(({ line }) => line)).toEqual([4, 7]);
    expect(other).toMatchObject({ file: 'b.train.conll', sentence: { line: 4 } });
  });
});

describe('a corpus of several chunks', () => {
  const count = 2 * CHUNK_SENTENCES + 5;

  async function storeChunks(database: Database): Promise<CorpusRecord> {
    return writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(count));
      return { ...someCorpus(writer.id, { train: count }), id: writer.id };
    });
  }

  test.each([
    ['all of it in memory', undefined],
    ['one chunk of it', 2.5 * CHUNK_SENTENCES * 40],
    ['nothing of it', 0],
  ])('is found and read whole, %s', async (_, charactersKept) => {
    const database = await openFresh();
    const { id } = await storeChunks(database);
    const search = new SentenceSearch(Promise.resolve(database), charactersKept);
    for (let round = 0; round < 2; round++) {
      // The last word may be unfinished, and the last number is 4004.
      const matches = await search.search(id, { text: 'sentence 400' });
      expect(told(matches!)).toBe('train 400 4000 4001 4002 4003 4004');
    }
    const places = [4004, 0, 2000].map((index) => ({ split: 'train' as const, index }));
    const found = await search.read(id, places);
    expect(found.map(({ sentence }) => sentence)).toEqual(
      [4004, 0, 2000].map((index) => someSentences(count)[index]),
    );
  });

  test('is searched once for the last of many queries', async () => {
    const database = await openFresh();
    const { id } = await storeChunks(database);
    const search = new SentenceSearch(Promise.resolve(database));
    const typed = ['s', 'se', 'sentence', 'sentence 4', 'sentence 4004 '];
    const answers = await Promise.all(typed.map((text) => search.search(id, { text })));
    expect(answers.slice(0, -1)).toEqual(typed.slice(1).map(() => undefined));
    expect(told(answers.at(-1)!)).toBe('train 4004');
  });

  test('is searched anew after it was read anew, and not at all once it is gone', async () => {
    const database = await openFresh();
    const { id } = await storeChunks(database);
    const search = new SentenceSearch(Promise.resolve(database));
    await search.search(id, { text: 'series-0' });
    await writeCorpus(
      database,
      async (writer) => {
        await writer.append('train', someSentences(3, 1));
        return { ...someCorpus(id, { train: 3 }), id };
      },
      id,
    );
    expect(told((await search.search(id, { text: 'series-1' }))!)).toBe('train 0 1 2');
    await expect(search.search('gone', {})).rejects.toThrow('no longer stored');
  });
});

describe('a description', () => {
  test('counts lengths and forms by split', async () => {
    const database = await openFresh();
    const { id } = await importFiles(database, files);
    const stages: string[] = [];
    const description = await describeCorpus(
      {
        database,
        report: ({ stage, done, total }) => stages.push(`${stage} ${done}/${total}`),
        signal: never,
      },
      id,
    );
    expect(stages).toEqual(['Counting train 5/7', 'Counting dev 7/7']);
    expect(description.words).toEqual({
      train: { sentences: 5, longest: 5, counts: [0, 0, 4, 0, 0, 1] },
      dev: { sentences: 2, longest: 2, counts: [0, 0, 2] },
    });
    expect(description.surfaceForms['PER']).toEqual({
      train: [
        { text: 'Ada', count: 2 },
        { text: 'Clara', count: 2 },
      ],
      all: [
        { text: 'Ada', count: 3 },
        { text: 'Clara', count: 2 },
      ],
    });
    expect(description.pieces).toBeUndefined();
    expect(description.formShortfall).toBe(0);
  });

  test('has lengths in pieces once the corpus is packed, of the largest window', async () => {
    const database = await openFresh();
    const corpus = await importFiles(database, files);
    const encoder = madeEncoder('minilm-l6');
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    for (const [maxPieces, lengths] of [
      [8, [8, 8, 4, 4, 5]],
      [16, [9, 16, 4, 4, 5]],
      [12, [9, 12, 4, 4, 5]],
    ] as const) {
      const packed = someSplit(lengths);
      await savePack(
        database,
        {
          corpusId: corpus.id,
          encoderId: encoder.id,
          maxPieces,
          split: 'train',
          sentences: 5,
          pieces: packed.pieceOffsets.at(-1)!,
          wordsBeyondWindow: 0,
          entitiesBeyondWindow: 0,
        },
        packed,
        corpus.hash,
      );
    }
    const { pieces } = await describeCorpus(
      { database, report: noReport, signal: never },
      corpus.id,
    );
    expect(pieces?.encoder).toBe('minilm-l6');
    expect(pieces?.maxPieces).toBe(16);
    expect(pieces?.bySplit.train).toMatchObject({ sentences: 5, longest: 16 });
    expect(pieces?.bySplit.train?.counts.slice(4, 6)).toEqual([2, 1]);
  });

  test('stops', async () => {
    const database = await openFresh();
    const { id } = await importFiles(database, files);
    const stopping = new AbortController();
    const { signal } = stopping;
    const counting = describeCorpus({ database, report: () => stopping.abort(), signal }, id);
    await expect(counting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
