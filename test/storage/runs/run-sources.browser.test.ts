import { expect, test } from 'vitest';
import { deleteCorpus, findCorpus } from '../../../src/storage/corpora/corpora';
import { writeCorpus } from '../../../src/storage/corpora/corpus-writer';
import { encoderBytes } from '../../../src/storage/encoder-parts';
import { deleteEncoder, findEncoder, saveEncoder } from '../../../src/storage/encoders';
import { foreseeDeletion } from '../../../src/storage/foresee-deletion';
import type { RunRecord } from '../../../src/storage/records';
import { settleRuns } from '../../../src/storage/runs/run-sources';
import { addRun, findRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { writeTo } from '../../../src/storage/transaction';
import { madeEncoder } from '../../ui/made-studio';
import { openFresh } from '../fresh-database';
import { seededBytes, someCorpus, someRun, someSentences } from '../samples';

/** Stores a corpus whose hash follows from `text`. */
async function storeCorpus(database: Database, text: string, id?: string): Promise<string> {
  const corpus = await writeCorpus(
    database,
    async (writer) => {
      await writer.append('train', someSentences(3));
      return { ...someCorpus(writer.id, { train: 3 }, text), name: `corpus ${text}` };
    },
    id,
  );
  return corpus.id;
}

async function storeEncoder(database: Database, seed: number, name = 'tiny'): Promise<string> {
  const encoder = madeEncoder(name);
  const { id } = await saveEncoder(database, encoder, [seededBytes(encoder.bytes, seed)]);
  return id;
}

/** Stores a run as an earlier build did, without a hash. */
async function storeRun(database: Database, change: Partial<RunRecord>): Promise<void> {
  await addRun(database, { ...someRun('run'), bestEpoch: 1, ...change });
}

const sourcesOf = async (database: Database) => {
  const run = (await findRun(database, 'run'))!;
  return { corpus: run.corpusId, encoder: run.encoderId };
};

test('a run finds its corpus and its encoder again by what they hold, whatever their names', async () => {
  const database = await openFresh();
  const corpusId = await storeCorpus(database, 'x');
  const encoderId = await storeEncoder(database, 1);
  await storeRun(database, { corpusId, encoderId });

  await deleteCorpus(database, corpusId);
  await deleteEncoder(database, encoderId);
  const orphan = (await findRun(database, 'run'))!;
  expect(orphan).toMatchObject({ corpusName: 'corpus x', encoderName: 'tiny' });
  expect(orphan.keptEncoder).toMatchObject({ name: 'tiny', lowercase: true });
  expect([await findCorpus(database, corpusId), await findEncoder(database, encoderId)]).toEqual([
    ...[undefined, undefined],
  ]);

  await storeCorpus(database, 'y');
  await storeEncoder(database, 2);
  expect(await sourcesOf(database)).toEqual({ corpus: corpusId, encoder: encoderId });
  const corpus = await storeCorpus(database, 'x');
  const encoder = await storeEncoder(database, 1, 'the same by another name');
  expect(await sourcesOf(database)).toEqual({ corpus, encoder });
  const whole = (await findRun(database, 'run'))!;
  expect([whole.corpusName, whole.encoderName, whole.keptEncoder]).toEqual([
    ...[undefined, undefined, undefined],
  ]);
});

test('the run of a corpus that was changed goes over to one that holds what it trained on', async () => {
  const database = await openFresh();
  const corpusId = await storeCorpus(database, 'x');
  await storeRun(database, { corpusId });
  await storeCorpus(database, 'x, fixed', corpusId); // read anew
  expect((await sourcesOf(database)).corpus).toBe(corpusId); // it is changed, and still the only one
  const again = await storeCorpus(database, 'x');
  expect((await sourcesOf(database)).corpus).toBe(again);
  await storeCorpus(database, 'x', corpusId); // the fix is undone
  expect((await sourcesOf(database)).corpus).toBe(again);
  await deleteCorpus(database, again);
  expect((await sourcesOf(database)).corpus).toBe(corpusId);
});

test('what an earlier build predicted says what it trained on, whatever its corpus has become', async () => {
  const database = await openFresh();
  const corpusId = await storeCorpus(database, 'x, fixed');
  const dataHash = someCorpus('', {}, 'x').hash;
  const bestPredictions = { epoch: 1, dataHash, tagIds: new Int16Array() };
  await storeRun(database, { corpusId, bestPredictions });
  await settleRuns(database);
  expect((await findRun(database, 'run'))!.corpusHash).toBe(dataHash);
  const again = await storeCorpus(database, 'x');
  expect((await sourcesOf(database)).corpus).toBe(again);
});

test('a page that begins finds what was dropped again before', async () => {
  const database = await openFresh();
  const encoderId = await storeEncoder(database, 1);
  await storeRun(database, { encoderId });
  const { hash } = (await findEncoder(database, encoderId))!;
  await writeTo(database, ['runs'], async (transaction) => {
    const run = (await transaction.objectStore('runs').get('run'))!;
    await transaction.objectStore('runs').put({ ...run, encoderId: 'gone', encoderHash: hash });
  });
  await settleRuns(database);
  expect((await sourcesOf(database)).encoder).toBe(encoderId);
});

test('a deletion is foreseen: its bytes, and the runs that find no other of the same content', async () => {
  const database = await openFresh();
  const corpusId = await storeCorpus(database, 'x');
  const encoderId = await storeEncoder(database, 1);
  await storeRun(database, { corpusId, encoderId });
  await settleRuns(database);
  const { textBytes } = (await findCorpus(database, corpusId))!;
  const corpus = await foreseeDeletion(database, 'corpora', corpusId);
  expect(corpus).toMatchObject({ bytes: textBytes, runs: [{ id: 'run' }], needingId: undefined });
  const encoder = await foreseeDeletion(database, 'encoders', encoderId);
  const stored = (await database.get('encoders', encoderId))!;
  expect(encoder).toMatchObject({
    ...{ bytes: encoderBytes(stored), keptBytes: 0, runs: [{ id: 'run' }] },
  });
  expect(encoder.bytes).toBeGreaterThan(madeEncoder('').bytes); // its tokenizer, too
  await storeCorpus(database, 'x');
  expect((await foreseeDeletion(database, 'corpora', corpusId)).runs).toEqual([]);
});
