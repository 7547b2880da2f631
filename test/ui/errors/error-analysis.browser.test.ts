import axe from 'axe-core';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { TagSet } from '../../../src/ner/tag-set';
import type { DataCalls } from '../../../src/protocol/data-calls';
import type { RunRecord } from '../../../src/storage/records';
import { addRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { importText, madeRun, openPage, type MadeStudio } from '../made-studio';
import { settled } from '../settled';

const gold = `Ada\tB-PER
Lovelace\tI-PER
met\tO
Cork\tB-ORG
in\tO
Cork\tB-LOC
.\tO

Clara\tB-PER
left\tO
Essen\tB-LOC
in\tO
May\tO
`;
/** Ada Lovelace cut short, the club Cork taken for the town, Clara missed, and the month taken for a person. */
const predicted = 'B-PER O O B-LOC O B-LOC O O O B-LOC O B-PER'.split(' ');
const train = gold.replaceAll('Clara', 'Paul');

/** A corpus whose dev is `dev`, and a finished run that predicted `tags` in it. */
const fill =
  (dev: string, tags: readonly string[], change: (run: RunRecord) => void = () => undefined) =>
  async (database: Database, data: DataCalls): Promise<void> => {
    const corpus = await importText(data, 'letters', {
      'letters.train.conll': train,
      'letters.dev.conll': dev,
    });
    const run = madeRun('Run 1', corpus.id, 'encoder', corpus.labels);
    const tagSet = new TagSet(run.labels, run.recipe.scheme);
    const tagIds = Int16Array.from(tags, (tag) => (tag === '' ? -1 : tagSet.indexOf(tag)));
    run.bestPredictions = { epoch: run.bestEpoch, dataHash: corpus.hash, tagIds };
    change(run);
    await addRun(database, run);
  };

async function openTrain(filled: ReturnType<typeof fill>): Promise<MadeStudio> {
  const made = await openPage(filled);
  made.studio.places.go('train');
  await expect.element(page.getByRole('heading', { name: 'Errors on dev' })).toBeVisible();
  return made;
}

const table = () => page.getByRole('region', { name: 'Errors on dev, by type and kind' });
/** Each row's cells as text. */
const cells = () =>
  [...table().element().querySelectorAll('tbody tr, tfoot tr')].map((row) =>
    [...row.children].map((cell) => cell.textContent.trim()),
  );
const items = (target: HTMLElement) => [...target.querySelectorAll<HTMLElement>('li:has(dl)')];
const sides = (item: HTMLElement | undefined) =>
  [...(item?.querySelectorAll('dd') ?? [])].map((side) => ({
    text: side.textContent,
    marks: [...side.querySelectorAll('mark')].map(({ textContent }) => textContent),
    inQuestion: [...side.querySelectorAll('u')].map(({ textContent }) => textContent),
  }));

afterEach(async () => {
  delete document.documentElement.dataset['theme'];
  location.hash = '';
  await page.viewport(1440, 900);
});

describe('the errors of a run', () => {
  test('are counted by type and kind, as they are by hand', async () => {
    await openTrain(fill(gold, predicted));
    await expect.element(table()).toBeVisible();
    // type, gold, right, missed, wrong type, wrong boundary, both wrong, spurious
    expect(cells().sort()).toEqual(
      [
        ['PER', '2', '0', '1', '0', '1', '0', '1'],
        ['LOC', '2', '2', '0', '0', '0', '0', '0'],
        ['ORG', '1', '0', '0', '1', '0', '0', '0'],
        ['All types', '5', '2', '1', '1', '1', '0', '1'],
      ].sort(),
    );
    // Three counts of types and four sums lead somewhere, and so does no 0.
    expect(table().element().querySelectorAll('button')).toHaveLength(8);
  });

  test('lead to their sentences, gold above predicted', async () => {
    const { target } = await openTrain(fill(gold, predicted));
    await page.getByRole('button', { name: '1: Wrong boundary, PER' }).click();
    await expect.poll(() => items(target)).toHaveLength(1);
    expect(items(target)[0]?.textContent).toContain('“Ada Lovelace” (PER) was predicted as “Ada”.');
    const [above, below] = sides(items(target)[0]);
    expect(above?.marks).toEqual(['Ada Lovelace,\u00a0PER', 'Cork,\u00a0ORG', 'Cork,\u00a0LOC']);
    expect(below?.marks).toEqual(['Ada,\u00a0PER', 'Cork,\u00a0LOC', 'Cork,\u00a0LOC']);
    expect(above?.inQuestion.join('')).toBe('Ada Lovelace');
    expect(below?.inQuestion.join(' ')).toBe('Ada Lovelace');

    await page.getByRole('button', { name: '1: Missed, all types' }).click();
    await expect.poll(() => items(target)[0]?.textContent).toContain('“Clara” (PER) was missed.');
    expect(sides(items(target)[0]).map(({ marks }) => marks.length)).toEqual([2, 2]);
  });

  test('name the types that are taken for another', async () => {
    const { target } = await openTrain(fill(gold, predicted));
    await page.getByRole('button', { name: /ORG.*predicted as.*LOC.*1/ }).click();
    await expect.poll(() => items(target)).toHaveLength(1);
    expect(items(target)[0]?.textContent).toContain('“Cork” (ORG) was predicted as LOC.');
    expect(target.textContent).toContain('ORG predicted as LOC');
  });

  test('can be read by keyboard, and putting them away leads back to the count', async () => {
    const { target } = await openTrain(fill(gold, predicted));
    const count = page.getByRole('button', { name: '1: Spurious, PER' });
    await expect.element(count).toBeVisible();
    count.element().focus();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => items(target)[0]?.textContent).toContain('“May” was predicted as PER');
    expect(count.element().getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('button', { name: 'Close' }).click();
    expect(items(target)).toHaveLength(0);
    expect(document.activeElement).toBe(count.element());
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => items(target)).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => items(target)).toHaveLength(0);
  });

  test('words without a prediction count as missed', async () => {
    await openTrain(fill(gold, [...predicted.slice(0, 7), '', '', '', '', '']));
    await expect.element(table()).toBeVisible();
    expect(cells().at(-1)).toEqual(['All types', '5', '1', '2', '1', '1', '0', '0']);
  });

  test('are listed twenty sentences at a time, and reading goes on at the first new one', async () => {
    const sentences = 2045; // more than one stored chunk
    const dev = Array.from({ length: sentences }, (_, n) => `Person${n}\tB-PER\nwaited\tO\n`);
    // Every fiftieth person is missed: 41 of them, the last in the second chunk.
    const tags = dev.flatMap((_, n) => [n % 50 === 0 ? 'O' : 'B-PER', 'O']);
    const { target } = await openTrain(fill(dev.join('\n'), tags));
    await page.getByRole('button', { name: '41: Missed, PER' }).click();
    await expect.poll(() => items(target)).toHaveLength(20);
    expect(target.textContent).toContain('41 errors in 41 sentences');
    const more = page.getByRole('button', { name: 'Show more' });
    await more.click();
    await expect.poll(() => items(target)).toHaveLength(40);
    await expect.poll(() => document.activeElement).toBe(items(target)[20]);
    expect(items(target)[20]?.textContent).toContain('Person1000');
    await more.click();
    await expect.poll(() => items(target)).toHaveLength(41);
    expect(items(target).at(-1)?.textContent).toContain('Person2000');
    await expect.element(more).not.toBeInTheDocument();
  });
});

describe('no number is shown', () => {
  test('of a run that was made before errors were kept', async () => {
    const { target } = await openTrain(fill(gold, predicted, (run) => delete run.bestPredictions));
    expect(target.textContent).toContain('An older version of this page trained this run');
    expect(target.querySelectorAll('[role=alert] .note')).toHaveLength(0);
  });

  test('where dev has another number of words than were predicted', async () => {
    const { target } = await openTrain(fill(gold, predicted.slice(1)));
    await expect.poll(() => target.textContent).toContain('Dev has 12 words');
    expect(target.textContent).toContain('has predictions for 11');
  });

  test('once the corpus was changed, and they are back once the change is undone', async () => {
    const { studio, target } = await openTrain(fill(gold, predicted));
    await expect.element(table()).toBeVisible();
    const dev = studio.corpora.list[0]!.files.find(({ split }) => split === 'dev')!;
    await studio.corpora.reread(dev, { split: 'test' });
    await expect.poll(() => target.textContent).toContain('no longer fit the sentences');
    await expect.element(table()).not.toBeInTheDocument();
    await studio.corpora.reread(
      studio.corpora.list[0]!.files.find(({ name }) => name === dev.name)!,
      {
        split: 'dev',
      },
    );
    await expect.element(table()).toBeVisible();
  });

  test('once the corpus was deleted', async () => {
    const { studio, target } = await openTrain(fill(gold, predicted));
    await expect.element(table()).toBeVisible();
    await studio.corpora.delete(studio.corpora.list[0]!.id);
    await expect.poll(() => target.textContent).toContain('was deleted, and the sentences of dev');
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the sentences behind a count have no axe violation, and fit a phone', async () => {
    const { target } = await openTrain(fill(gold, predicted));
    document.documentElement.dataset['theme'] = theme;
    await page.getByRole('button', { name: '1: Wrong type, all types' }).click();
    await expect.poll(() => items(target)).toHaveLength(1);
    for (const width of [1440, 390]) {
      await page.viewport(width, 844);
      await settled();
      const { violations } = await axe.run(document.body, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      });
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width);
    }
  });
});
