import { afterEach, describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { listCorpora } from '../../../src/storage/corpora/corpora';
import { listModels, saveModel } from '../../../src/storage/models';
import type { CorpusRecord } from '../../../src/storage/records';
import { addRun, listRuns } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { importText, madeModel, madeRun, openPage } from '../made-studio';

const rows = 'Ada\tB-PER\nleft\tO\nCork\tB-LOC\n\nClara\tB-PER\nstayed\tO\n';

afterEach(() => {
  location.hash = '';
});

/** Stores a corpus and then spoils its record. */
async function spoil(database: Database, corpus: CorpusRecord, change: object): Promise<void> {
  const stored = await database.get('corpora', corpus.id);
  await database.put('corpora', { ...stored!, ...change });
}

describe('a corpus', () => {
  test('of three files with one name is shown, as it was kept by a build before', async () => {
    await openPage(async (database, data) => {
      const files = { 'train.conll': rows, 'dev.conll': rows, 'test.conll': rows };
      const corpus = await importText(data, 'folders', files);
      await spoil(database, corpus, {
        files: corpus.files.map((file) => ({ ...file, name: 'data.conll' })),
      });
    });
    await expect.element(page.getByRole('heading', { name: 'folders' })).toBeVisible();
    expect(page.getByText('how it is read').elements()).toHaveLength(3);
    await expect.element(page.getByRole('region', { name: 'Splits' })).toBeVisible();
  });

  test('that cannot be shown says so, is renamed and deleted, and the shelf and its neighbour stay', async () => {
    const { database } = await openPage(async (database, data) => {
      await importText(data, 'sound', { 'train.conll': rows });
      const corpus = await importText(data, 'broken', { 'train.conll': `${rows}again\tO\n` });
      await spoil(database, corpus, { labels: undefined, statistics: undefined, createdAt: 9e15 });
    });
    await expect.element(page.getByText('The corpus “broken” cannot be shown')).toBeVisible();
    await expect.element(page.getByText('Drop CoNLL files here')).toBeVisible();

    await page.getByRole('button', { name: 'Rename broken' }).click();
    await page.getByRole('textbox', { name: 'New name of broken' }).fill('spoilt');
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.element(page.getByRole('button', { name: 'Delete spoilt' })).toBeVisible();

    await page.getByRole('button', { name: 'sound', exact: true }).click();
    await expect.element(page.getByRole('heading', { name: 'sound' })).toBeVisible();
    await page.getByRole('button', { name: 'spoilt', exact: true }).click();
    await expect.element(page.getByText('The corpus “spoilt” cannot be shown')).toBeVisible();

    await page.getByRole('button', { name: 'Delete spoilt' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.element(page.getByRole('heading', { name: 'sound' })).toBeVisible();
    expect((await listCorpora(database)).map(({ name }) => name)).toEqual(['sound']);
    expect(await database.count('shards')).toBe(1);
  });
});

test('a run that cannot be shown is deleted', async () => {
  location.hash = 'train';
  const { database } = await openPage(async (database, data) => {
    const corpus = await importText(data, 'letters', { 'train.conll': rows });
    const run = madeRun('Run 1', corpus.id, 'no encoder', corpus.labels);
    await addRun(database, { ...run, epochs: undefined as never });
  });
  await expect.element(page.getByText('The run “Run 1” cannot be shown')).toBeVisible();
  await page.getByRole('button', { name: 'Delete Run 1' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => listRuns(database)).toEqual([]);
});

test('a model whose card cannot be shown is deleted', async () => {
  location.hash = 'share';
  const { database } = await openPage(async (database) => {
    const model = madeModel('letters');
    const card = { ...model.card, corpusHash: undefined as never };
    await saveModel(database, { ...model, card, bytes: 1 }, [new Uint8Array(1)]);
  });
  await expect.element(page.getByText('The training card cannot be shown')).toBeVisible();
  await page.getByRole('button', { name: 'Delete letters' }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await expect.poll(() => listModels(database)).toEqual([]);
});
