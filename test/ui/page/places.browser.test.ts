import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { TagSet } from '../../../src/ner/tag-set';
import type { DataCalls } from '../../../src/protocol/data-calls';
import { saveEncoder } from '../../../src/storage/encoders';
import { saveModel } from '../../../src/storage/models';
import { addRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { PLACES, type Place } from '../../../src/studio/page/places.svelte';
import { importText, madeEncoder, madeModel, madeRun, openPage } from '../made-studio';
import { settled } from '../settled';
import { violations } from '../axe-violations';

const train = `Ada\tB-PER
Lovelace\tI-PER
wrote\tO
to\tO
Babbage\tB-PER
.\tO

Clara\tB-PER
left\tO
Cork\tB-LOC
`;
const known: Record<string, [string, number]> = { Ada: ['PER', 0.98], Cork: ['LOC', 0.54] };

async function fillAll(database: Database, data: DataCalls): Promise<void> {
  const corpus = await importText(data, 'letters', {
    'letters-train.conll': train,
    'letters-dev.conll': train,
    'letters-test.conll': `${train}\nodd\n`,
  });
  const encoder = madeEncoder('minilm-l6');
  await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  for (const name of ['Run 1', 'Run 2']) {
    const run = madeRun(name, corpus.id, encoder.id, corpus.labels);
    const tags = 'B-PER O O O B-LOC O O O B-LOC'.split(' ');
    const tagSet = new TagSet(run.labels, run.recipe.scheme);
    const tagIds = Int16Array.from(tags, (tag) => tagSet.indexOf(tag));
    run.bestPredictions = { epoch: run.bestEpoch, dataHash: corpus.hash, tagIds };
    await addRun(database, run);
    if (name === 'Run 2') continue;
    const model = madeModel('letters · Run 1', run);
    await saveModel(database, model, [new Uint8Array(model.bytes)]);
  }
}

afterEach(async () => {
  delete document.documentElement.dataset['theme'];
  location.hash = '';
  await page.viewport(1440, 900);
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test.each(PLACES)('%s has no axe violation, empty or with data', async (place: Place) => {
    document.documentElement.dataset['theme'] = theme;
    const empty = await openPage();
    document.documentElement.dataset['theme'] = theme;
    empty.studio.places.go(place);
    await settled();
    expect(await violations()).toEqual([]);
    empty.target.remove();

    const { studio, target } = await openPage(fillAll, known);
    document.documentElement.dataset['theme'] = theme;
    studio.places.go(place);
    if (place === 'try') studio.trying.type('Ada went to Cork.');
    await settled();
    for (const details of target.querySelectorAll('details')) details.open = true;
    expect(await violations()).toEqual([]);
    if (place !== 'train') return;
    studio.training.setUp();
    await settled();
    for (const details of target.querySelectorAll('details')) details.open = true;
    expect(await violations()).toEqual([]);
  });
});

test.each(PLACES)('%s is no wider than a phone', async (place) => {
  await page.viewport(390, 844);
  const { studio, target } = await openPage(fillAll, known);
  studio.places.go(place);
  if (place === 'try') studio.trying.type('Ada went to Cork.');
  await settled();
  for (const details of target.querySelectorAll('details')) details.open = true;
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
  // Scores are read across: no column of theirs lies beyond the edge.
  for (const region of target.querySelectorAll('[role=region][aria-label^="Entity F1"]')) {
    expect(region.scrollWidth).toBeLessThanOrEqual(region.clientWidth);
  }
});

describe('the corpus', () => {
  test('a first visit is invited, and a dropped corpus is shown', async () => {
    const { studio, target } = await openPage();
    expect(target.textContent).toContain('A corpus is text in which people have marked the names.');
    await studio.takeFiles([
      new File([train], 'letters-train.conll'),
      new File([train], 'letters-dev.conll'),
    ]);
    await settled();
    expect(target.querySelector('main h2')?.textContent).toContain('letters');
    expect(target.querySelector('.said')?.textContent).toMatch(/^Two columns.*IOB2/);
    const marks = () => [...target.querySelectorAll('mark')].map((mark) => mark.textContent);
    await expect.poll(marks).toContain('Ada Lovelace,\u00a0PER');
  });

  test('training waits for rows with errors, and goes on when they are left out', async () => {
    const { studio, target } = await openPage(fillAll);
    expect(studio.corpora.trainable).toBe(false);
    await page.getByRole('button', { name: 'Leave out the row' }).click();
    await settled();
    expect(studio.corpora.trainable).toBe(true);
    expect(target.textContent).toContain('1 row with errors left out, as you chose.');
  });

  test('a scheme chosen by hand is kept when the file is read again for another reason', async () => {
    const { studio } = await openPage(fillAll);
    const file = () => {
      const found = studio.corpora.chosen?.files.find(({ name }) => name === 'letters-train.conll');
      if (!found) throw new Error('The corpus has lost its train file.');
      return found;
    };
    await studio.corpora.reread(file(), { format: { scheme: 'IO' } });
    expect(file().format.scheme).toBe('IO');
    await studio.corpora.reread(file(), { split: 'train' });
    expect(file().format.scheme).toBe('IO');
  });

  test('a file that is no corpus is a sentence with a next step', async () => {
    const { studio, target } = await openPage();
    await studio.takeFiles([new File(['no columns here'], 'letter.txt')]);
    await settled();
    const alert = target.querySelector('[role=alert] .note');
    expect(alert?.textContent).toContain('letter.txt');
    expect(alert?.textContent).toContain('Nothing was changed.');
  });

  test('renaming and deleting ask in place', async () => {
    const { studio } = await openPage(fillAll);
    await page.getByRole('button', { name: 'Rename letters' }).click();
    await userEvent.keyboard('post{Enter}');
    await settled();
    expect(studio.corpora.chosen?.name).toBe('post');
    await page.getByRole('button', { name: 'Delete post' }).click();
    expect(studio.corpora.list).toHaveLength(1);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await settled();
    expect(studio.corpora.list).toHaveLength(0);
  });
});

test('a run can be set up, followed and stopped by keyboard', async () => {
  const { studio, target } = await openPage(
    async (database, data) => {
      await importText(data, 'letters', {
        'letters-train.conll': train,
        'letters-dev.conll': train,
      });
      const encoder = madeEncoder('minilm-l6');
      await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    },
    {},
    5,
  );
  studio.places.go('train');
  await settled();
  await expect.element(page.getByText(/3 epochs take about 14 minutes here/)).toBeVisible();
  target.querySelector<HTMLElement>('input[type=range]')?.focus();
  await userEvent.keyboard('{ArrowLeft}');
  expect(studio.training.choice.recipe.epochs).toBe(2);
  await expect.element(page.getByText(/2 epochs take/)).toBeVisible();
  target.querySelector<HTMLElement>('.begin button')?.focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(/epoch 1 of 2/).first()).toBeVisible();
  await expect.poll(() => studio.training.live?.step ?? 0).toBeGreaterThan(3);
  await page.getByRole('button', { name: 'Stop and keep best' }).click();
  await expect.poll(() => studio.training.busy).toBe(false);
  expect(studio.training.shown?.state).toBe('stopped');
  expect(studio.training.shown?.name).toBe('Run 1');
});

test('a run becomes a file, and the file reads what is typed', async () => {
  const { studio, target } = await openPage(fillAll, known);
  studio.places.go('share');
  await settled();
  await page.getByRole('button', { name: 'Export the model of letters · Run 2' }).click();
  await settled();
  expect(studio.sharing.list.map(({ name }) => name)).toContain('letters · Run 2');
  expect(studio.sharing.waiting).toEqual([]);

  studio.places.go('try');
  await settled();
  await userEvent.type(page.getByRole('textbox'), 'Ada left Cork');
  await expect.poll(() => target.querySelectorAll('.cm-content mark').length).toBe(2);
  expect(target.querySelector('ol')?.textContent).toMatch(/PER\s*Ada\s*0\.98.*LOC\s*Cork\s*0\.54/s);
  const written = await studio.trying.write('json');
  expect(await written.text()).toContain('"label": "LOC"');
});

test('a damaged model is refused with a next step', async () => {
  const { studio, target } = await openPage();
  await studio.takeFiles([new File([], 'broken.onnx')]);
  await settled();
  expect(studio.places.current).toBe('try');
  expect(target.querySelector('[role=alert] .note')?.textContent).toMatch(
    /broken\.onnx: expected an ONNX file, found 0 bytes\..*Nothing was stored/s,
  );
});

describe('the router', () => {
  test('follows the address and the back button', async () => {
    const { studio, target } = await openPage();
    location.hash = 'share';
    await expect.poll(() => studio.places.current).toBe('share');
    await settled();
    expect(document.title).toBe('Share – Tagwerk');
    expect(document.activeElement).toBe(target.querySelector('h1'));
    studio.places.go('train');
    await settled();
    history.back();
    await expect.poll(() => studio.places.current).toBe('share');
  });

  test('an unknown address leads to the corpus', async () => {
    const { studio } = await openPage();
    location.hash = 'share';
    await expect.poll(() => studio.places.current).toBe('share');
    location.hash = 'nowhere';
    await expect.poll(() => studio.places.current).toBe('corpus');
  });
});

test('the theme follows the person’s choice and is remembered', async () => {
  const { target } = await openPage();
  await page.getByRole('button', { name: 'About this computer' }).click();
  await page.getByRole('button', { name: 'Dark' }).click();
  expect(document.documentElement.dataset['theme']).toBe('dark');
  expect(localStorage.getItem('tagwerk-theme')).toBe('dark');
  expect(getComputedStyle(target.querySelector('main') ?? target).color).toBe('rgb(232, 236, 235)');
  await page.getByRole('button', { name: 'As the system' }).click();
  expect(localStorage.getItem('tagwerk-theme')).toBeNull();
});
