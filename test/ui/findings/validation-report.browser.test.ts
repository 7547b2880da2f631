import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { savePack } from '../../../src/storage/corpora/packs';
import { someSplit } from '../../storage/samples';
import { importText, madeEncoder, openPage } from '../made-studio';
import { saveEncoder } from '../../../src/storage/encoders';
import { violations } from '../axe-violations';

const sentence = 'Ada\tB-PER\nlacht\tO\n\n';
const files = {
  'letters-train.conll': `${sentence.repeat(60)}Bo\tI-PER\nodd\nEva\tB_PER\nLee\tB_PER\n\nUte\tB-PRE\n`,
  'letters-dev.conll': `Cork\tB-LOC\nregnet\tO\n\n${sentence}`,
};

const openReport = () =>
  openPage(async (_, data) => void (await importText(data, 'letters', files)));
const heading = (title: string) => page.getByRole('heading', { name: title });
const button = (name: string | RegExp) => page.getByRole('button', { name });

/** Titles in their order, with their counts. */
function sectionsOf(target: HTMLElement): string[] {
  return [...target.querySelectorAll('section[aria-labelledby=findings] summary')].map((summary) =>
    [...summary.querySelectorAll('span')].map((span) => span.textContent.trim()).join(' '),
  );
}

afterEach(async () => {
  delete document.documentElement.dataset['theme'];
  await page.viewport(1440, 900);
});

test('findings stand in groups with their counts, errors first, notes last', async () => {
  const { target } = await openReport();
  await expect.element(heading('Findings')).toBeVisible();
  expect(sectionsOf(target)).toEqual([
    '1 Rows with a different number of columns Error',
    '2 Tags that cannot be read Error',
    '1 Labels that may be misspelt Warning',
    '1 Labels that are not in train Warning',
    '1 Entities that begin with I- Warning',
    '60 Sentences in more than one split Warning',
    '59 Duplicate sentences Note',
  ]);
  expect(target.textContent).toContain('3 rows have errors, and training waits for your decision');
});

test('a fix is looked at, made and taken back by keyboard', async () => {
  const { studio, target } = await openReport();
  const corpus = () => studio.corpora.chosen!;
  const before = corpus();
  const fix = [...target.querySelectorAll('button')].find(
    ({ textContent }) => textContent.trim() === 'Change "B_PER" to "B-PER"',
  )!;
  fix.focus();
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Change 2 lines')).toBeVisible();
  expect(fix.getAttribute('aria-expanded')).toBe('true');
  const previewed = [...target.querySelectorAll('.preview li')].map((line) =>
    line.textContent.replaceAll(/\s+/gu, ' ').trim(),
  );
  expect(previewed).toEqual([
    'letters-train.conll:183 before Eva ⇥ B_PER after Eva ⇥ B-PER',
    'letters-train.conll:184 before Lee ⇥ B_PER after Lee ⇥ B-PER',
  ]);
  expect(corpus()).toBe(before); // looking changes nothing
  await expect.element(page.getByText('Entities: PER 62 → 64.')).toBeVisible();
  await expect.element(button('Change 2 lines; entities 64 → 66')).toBeVisible();

  target.querySelector<HTMLElement>('.preview button.primary')!.focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => corpus().fixes?.length).toBe(1);
  expect(corpus().files[0]!.errors).toBe(before.files[0]!.errors - 2);
  expect(corpus().files[0]!.source).toEqual(before.files[0]!.source);
  expect(corpus().hash).not.toBe(before.hash);
  expect(studio.corpora.trainable).toBe(false); // one row still has an error
  await expect.element(page.getByText('1 fix applied here')).toBeVisible();

  [...target.querySelectorAll('button')]
    .find(({ textContent }) => textContent.startsWith('Undo'))!
    .focus();
  await userEvent.keyboard('{Enter}');
  await expect.poll(() => corpus().fixes).toBeUndefined();
  expect(corpus().hash).toBe(before.hash);
  expect(corpus().files[0]!.errors).toBe(before.files[0]!.errors);
  expect(corpus().createdAt).toBe(before.createdAt);
});

test('once the errors are mended training can begin; an earlier fix is taken back with the later ones', async () => {
  const { studio } = await openReport();
  const corpus = () => studio.corpora.chosen!;
  const { mending } = studio.corpora;
  for (const title of [
    'Leave the rows out',
    'Change "B_PER" to "B-PER"',
    'Make each orphan I- a B-',
  ]) {
    const group = corpus().report!.find(({ fixes }) => fixes.some((fix) => fix.title === title))!;
    await mending.look(corpus(), group.fixes.find((fix) => fix.title === title)!.rule);
    await mending.make();
  }
  expect(mending.work.trouble).toBeUndefined();
  expect(corpus().fixes).toHaveLength(3);
  expect(studio.corpora.trainable).toBe(true);
  await button(/^Undo this and the later ones\W+Change/).click();
  await expect
    .poll(() => corpus().fixes?.map(({ title }) => title))
    .toEqual(['Leave the rows out']);
  expect(studio.corpora.trainable).toBe(false);
});

test('a fix that takes a whole type away says so before it is made', async () => {
  const rows = 'Acme\tB-ORG\nlacht\tO\n\nUte\tX.Ship\nlacht\tO\n\n';
  const { studio, target } = await openPage(
    async (_, data) =>
      void (await importText(data, 'ships', { 'train.tsv': sentence.repeat(60) + rows + rows })),
  );
  const corpus = studio.corpora.chosen!;
  const fixes = corpus.report!.flatMap((group) => group.fixes);
  const drop = fixes.find(({ rule }) => rule.do === 'drop-rows' && rule.about === 'X.Ship')!;
  await studio.corpora.mending.look(corpus, drop.rule);
  await expect
    .element(button('Leave out 2 lines, with all 2 entities of type X.Ship'))
    .toBeVisible();
  expect(target.textContent).toContain('This removes all 2 entities of type X.Ship.');
});

test('fixes stay when a file is read in another way, or is refused', async () => {
  const { studio } = await openReport();
  const { corpora } = studio;
  const rule = { do: 'retag', from: 'B_PER', to: 'B-PER' } as const;
  await corpora.mending.look(corpora.chosen!, rule);
  await corpora.mending.make();
  await corpora.reread(corpora.chosen!.files[0]!, { format: { encoding: 'utf-16le' } });
  // In UTF-16 the file is no corpus: it is refused, and nothing has changed.
  expect(corpora.work.trouble?.next).toContain('Nothing was changed.');
  expect(corpora.chosen!.fixes).toHaveLength(1);
  await corpora.reread(corpora.chosen!.files[0]!, { format: { scheme: 'IOB1' } });
  expect(corpora.chosen!.fixes).toHaveLength(1);
  expect(corpora.chosen!.files[0]!.errors).toBe(1);
});

test('what a window costs is one more note once the corpus was tokenized', async () => {
  const { studio, target, database } = await openReport();
  const encoder = madeEncoder('minilm-l6');
  await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
  const { id: corpusId, hash } = studio.corpora.chosen!;
  await savePack(
    database,
    {
      corpusId,
      encoderId: encoder.id,
      maxPieces: 64,
      split: 'train',
      sentences: 5,
      pieces: 60,
      wordsBeyondWindow: 12,
      entitiesBeyondWindow: 1,
      cutSentences: [{ line: 41, words: 12, entities: 1 }],
    },
    someSplit([]),
    hash,
  );
  await studio.encoders.refresh();
  await studio.corpora.mending.readPacks(corpusId);
  await expect
    .element(page.getByText('Words beyond the max length of 64 word pieces'))
    .toBeVisible();
  expect(target.textContent).toMatch(/12 words\s+and 1 entity\s+stand further\s+back/);
  expect(target.textContent).toMatch(/train, line 41: 12 words and 1 entity/);
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('a report that is open everywhere has no axe violation and is no wider than a phone', async () => {
    const { studio, target } = await openReport();
    document.documentElement.dataset['theme'] = theme;
    await page.viewport(390, 844);
    const { mending } = studio.corpora;
    await mending.look(studio.corpora.chosen!, { do: 'retag', from: 'B_PER', to: 'B-PER' });
    await mending.make();
    await mending.look(studio.corpora.chosen!, { do: 'delete-twins', from: 'train', to: 'train' });
    for (const details of target.querySelectorAll('details')) details.open = true;
    await expect.element(button('Leave out 118 lines')).toBeVisible();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    expect(await violations()).toEqual([]);
  });
});
