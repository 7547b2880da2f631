import { describe, expect, test } from 'vitest';
import { saveCheckpoint } from '../../src/storage/runs/checkpoints';
import { writeCorpus } from '../../src/storage/corpora/corpus-writer';
import { saveModel } from '../../src/storage/models';
import { addRun } from '../../src/storage/runs/runs';
import { sweepLeftovers } from '../../src/storage/sweep';
import { askToPersist, measureUsage } from '../../src/storage/usage';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import { openFresh } from './fresh-database';
import { seededBytes, someCorpus, someRun, someSentences } from './samples';

const card = {
  name: 'm',
  createdAt: 1,
  encoder: 'e',
  corpus: 'c',
  corpusHash: '',
  recipe: DEFAULT_RECIPE,
};
const model = { id: 'm', name: 'm', createdAt: 1, bytes: 500, labels: [], card };

test('usage tells the bytes of each kind, every generation counted', async () => {
  const database = await openFresh();
  expect(await measureUsage(database)).toMatchObject({
    corpora: 0,
    encoders: 0,
    runs: 0,
    models: 0,
  });
  await addRun(database, { ...someRun('run'), losses: new Float32Array(25) });
  const fields = {
    key: { runId: 'run', slot: 'latest' as const },
    epoch: 0,
    step: 1,
    devEntityF1: 0,
    bytes: 1000,
  };
  for (const seed of [1, 2, 3]) await saveCheckpoint(database, fields, [seededBytes(1000, seed)]);
  await saveModel(database, model, [seededBytes(500, 1)]);
  const usage = await measureUsage(database);
  expect(usage).toMatchObject({ corpora: 0, encoders: 0, runs: 2 * 1000 + 4 * 25, models: 500 });
  expect([...usage.each].sort()).toEqual([
    ['m', 500],
    ['run', 2 * 1000 + 4 * 25],
  ]);
  expect(usage.free).toBeGreaterThan(0);
});

test('the bytes of a corpus are near those of its sentences as JSON', async () => {
  const database = await openFresh();
  const sentences = someSentences(3000);
  await writeCorpus(database, async (writer) => {
    await writer.append('train', sentences);
    return someCorpus(writer.id, { train: 3000 });
  });
  const { corpora } = await measureUsage(database);
  const json = JSON.stringify(sentences).length;
  expect(corpora).toBeGreaterThan(json / 2);
  expect(corpora).toBeLessThan(json * 2);
});

test('asking to persist gives the browser’s answer', async () => {
  expect(await askToPersist()).toBe(await navigator.storage.persisted());
});

describe('a sweep', () => {
  test('removes what dead writings left, and nothing else', async () => {
    const database = await openFresh();
    await addRun(database, someRun('run'));
    const fields = {
      key: { runId: 'run', slot: 'best' as const },
      epoch: 0,
      step: 1,
      devEntityF1: 0,
      bytes: 10,
    };
    await saveCheckpoint(database, fields, [seededBytes(10, 1)]);
    await saveModel(database, model, [seededBytes(500, 1)]);
    const corpus = await writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(2500));
      return someCorpus(writer.id, { train: 2500 });
    });
    const before = [await database.getAllKeys('shards'), await database.getAllKeys('sentences')];

    for (const index of [0, 1])
      await database.put('shards', new ArrayBuffer(1), ['checkpoints/run/best', 2, index]);
    await database.put('shards', new ArrayBuffer(1), ['models/gone', 1, 0]);
    await database.put('shards', new ArrayBuffer(1), ['checkpoints/gone/latest', 7, 0]);
    await database.put('sentences', [], ['gone', 1, 'test', 0]);
    for (const split of ['dev', 'train'] as const)
      await database.put('sentences', [], [corpus.id, 2, split, 0]);

    expect(await sweepLeftovers(database)).toBe(5);
    expect([await database.getAllKeys('shards'), await database.getAllKeys('sentences')]).toEqual(
      before,
    );
    expect(await sweepLeftovers(database)).toBe(0);
  });

  test('keeps its hands off while somebody writes', async () => {
    const database = await openFresh();
    await writeCorpus(database, async (writer) => {
      await writer.append('train', someSentences(2000));
      expect(await sweepLeftovers(database)).toBeUndefined();
      return someCorpus(writer.id, { train: 2000 });
    });
    expect(await sweepLeftovers(database)).toBe(0);
    expect(await database.count('sentences')).toBe(1);
  });
});
