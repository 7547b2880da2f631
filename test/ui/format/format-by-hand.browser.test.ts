import { asColumns } from '../../../src/protocol/format-details';
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { importText, openPage } from '../made-studio';
import { violations } from '../axe-violations';

/** Tags such as no corpus has: nothing tells which column is which. */
const odd = 'ein;Ada;(Mensch)\nzwei;lacht;()\n\ndrei;Kiel;(Ort)\nvier;Bay;(Ort)\nfünf;regnet;()\n';
const oddFile = (name: string, text = odd) => new File([text], name);
const button = (name: string | RegExp) => page.getByRole('button', { name });
const role = (column: number) => page.getByRole('combobox', { name: `Column ${column} holds` });

afterEach(async () => {
  delete document.documentElement.dataset['theme'];
  await page.viewport(1440, 900);
});

/** A first visit on which files are dropped that cannot be read. */
async function refuse(...files: File[]) {
  const made = await openPage();
  await made.studio.corpora.take(files);
  expect(made.studio.corpora.work.trouble?.what).toContain('expected');
  return made;
}

describe('a file that is refused on a first visit', () => {
  test('is read once its columns are chosen by hand, by keyboard', async () => {
    const { studio, target } = await refuse(oddFile('odd.csv'));
    const choose = [...target.querySelectorAll('button')].find(({ textContent }) =>
      textContent.includes('Choose the columns by hand'),
    )!;
    choose.focus();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByRole('heading', { name: /odd\.csv/ })).toHaveFocus();
    await expect.element(role(3)).toBeVisible();
    expect(target.querySelectorAll('tbody tr')).toHaveLength(6);
    await expect.element(button('Read with these settings')).toBeDisabled();

    await role(3).selectOptions('tag');
    await expect.element(role(1)).toHaveValue('word'); // the first that is not all numbers
    await role(2).selectOptions('word');
    await page.getByText('Encoding, sentence ends').click();
    await page.getByRole('textbox', { name: 'Tags outside of entities' }).fill('()');
    await userEvent.keyboard('{Tab}');
    await expect
      .element(page.getByText('2 sentences, 5 words, 2 entities: (Mensch) 1 and (Ort) 1.'))
      .toBeVisible();
    expect([...target.querySelectorAll('td mark')].map((mark) => mark.textContent)).toEqual([
      'Ada,\u00a0(Mensch)',
      'Kiel,\u00a0(Ort)',
      'Bay',
    ]);
    await button('Read with these settings').click();
    await expect.poll(() => studio.corpora.chosen?.name).toBe('odd');
    const [file] = studio.corpora.chosen!.files;
    expect(file!.choice).toMatchObject({ wordColumn: 1, tagColumn: 2, outside: ['()'] });
    expect(file!.entities).toEqual({ '(Mensch)': 1, '(Ort)': 1 });
    expect(studio.corpora.byHand).toBeUndefined();
    expect(studio.corpora.work.trouble).toBeUndefined();
  });

  test('can be put away, and a new drop begins anew', async () => {
    const { studio } = await refuse(oddFile('odd.csv'));
    await button('Choose the columns by hand').click();
    await expect.element(role(1)).toBeVisible();
    await page
      .getByRole('region', { name: 'odd.csv' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    expect(studio.corpora.refused).toBeUndefined();
    await expect.element(page.getByText('A corpus is text in which people')).toBeVisible();
  });

  test('gives its choice to the other refused files; one can be left out', async () => {
    const names = ['odd.train.csv', 'odd.dev.csv', 'odd.test.csv'];
    const { studio } = await refuse(...names.map((name) => oddFile(name)));
    await button('Choose the columns by hand').click();
    await expect
      .element(page.getByRole('checkbox', { name: 'Read the other 2 files in the same way' }))
      .toBeChecked();
    await role(2).selectOptions('word');
    await role(3).selectOptions('tag');
    await button('odd.test.csv').click();
    await expect
      .element(page.getByRole('region', { name: /odd\.test\.csv/ }).first())
      .toBeVisible();
    await button(/^Leave it out/).click();
    await expect.element(page.getByText('left out', { exact: true })).toBeVisible();
    await button('Read with these settings').click();
    await expect
      .poll(() => studio.corpora.chosen?.files.map(({ name }) => name))
      .toEqual(['odd.train.csv', 'odd.dev.csv']);
    for (const { choice } of studio.corpora.chosen!.files) {
      expect(choice).toMatchObject({ wordColumn: 1, tagColumn: 2 });
    }
  });

  test('stands first, and what is cut into other columns is left out until it is taken back', async () => {
    const { studio, target } = await refuse(
      oddFile('notes.txt', 'Ada lacht.\nKiel liegt am Meer.\n'),
      oddFile('odd.train.csv'),
      oddFile('good.dev.csv', 'Ada;B-PER;x\nlacht;O;x\nlaut;O;x\n'),
    );
    await button('Choose the columns by hand').click();
    await expect.element(role(3)).toBeVisible();
    const listed = () =>
      [...target.querySelectorAll('.hand li')].map((item) =>
        item.textContent.replaceAll(/\s+/gu, ' ').trim(),
      );
    // One file after the other is looked at.
    await expect
      .poll(listed)
      .toEqual([
        'odd.train.csv cannot be read yet Leave it out: odd.train.csv',
        'notes.txt left out',
        'good.dev.csv 1 sentence',
      ]);
    await role(3).selectOptions('tag');
    await role(2).selectOptions('word');
    await button('Read with these settings').click();
    await expect
      .poll(() => studio.corpora.chosen?.files.map(({ name }) => name))
      .toEqual(['odd.train.csv', 'good.dev.csv']);
    expect(asColumns(studio.corpora.chosen!.files[1]!.format)?.tagColumn).toBe(1);
  });
});

describe('how a stored file is read', () => {
  const three = 'Ada\tB-PER\tB-HUM\nlacht\tO\tO\n\nKiel\tB-LOC\tO\nregnet\tO\tO\n';
  const open = () =>
    openPage(
      async (_, data) =>
        void (await importText(data, 'three', {
          'three-train.tsv': three,
          'three-dev.tsv': three,
        })),
    );

  test('shows its rows, and another column for the tag is one choice for both files', async () => {
    const { studio } = await open();
    await page.getByText('three-train.tsv', { exact: true }).click();
    await expect.element(role(3)).toBeVisible();
    const before = studio.corpora.chosen!.files.map(({ format }) => asColumns(format)?.tagColumn);
    const other = before[0] === 1 ? 2 : 1;
    await page.getByRole('checkbox', { name: 'Read three-dev.tsv in the same way' }).click();
    await role(other + 1).selectOptions('tag');
    await button('Read with these settings').click();
    await expect
      .poll(() => studio.corpora.chosen!.files.map(({ format }) => asColumns(format)?.tagColumn))
      .toEqual([other, other]);
    await expect.element(page.getByText(/as you chose/)).toBeVisible();

    // The choices live through a fix.
    const { mending } = studio.corpora;
    await mending.look(studio.corpora.chosen!, { do: 'delete-twins', from: 'train', to: 'dev' });
    expect(mending.open?.preview.lines).toBe(4);
    await mending.make();
    expect(studio.corpora.chosen!.files.map(({ choice }) => choice?.tagColumn)).toEqual([
      other,
      other,
    ]);
  });

  test('can become another split', async () => {
    const { studio } = await open();
    await page.getByText('three-dev.tsv', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Split of three-dev.tsv' }).selectOptions('test');
    await button('Read with these settings').click();
    await expect
      .poll(() => studio.corpora.chosen!.files.map(({ split }) => split))
      .toEqual(['train', 'test']);
  });
});

describe('what the files leave open', () => {
  const zeros = 'Ada\tPER\nlacht\t0\nlaut\t0\n\nKiel\tLOC\nregnet\t0\n\n'.repeat(3);
  const open = () =>
    openPage(
      async (_, data) =>
        void (await importText(data, 'zeros', { 'train.tsv': zeros, 'dev.tsv': zeros + zeros })),
    );
  const question = page.getByRole('group', { name: 'Is "0" the tag outside of entities?' });
  const outside = (studio: Awaited<ReturnType<typeof open>>['studio']) =>
    studio.corpora.chosen!.files.map(({ format }) => asColumns(format)?.outside);

  test('is asked once for all files; the reading that was taken is marked, and a click confirms it', async () => {
    const { studio } = await open();
    await expect.element(question).toBeVisible();
    await expect.element(question.getByText('In train.tsv and dev.tsv.')).toBeVisible();
    const { hash } = studio.corpora.chosen!;
    await question.getByRole('button', { name: /^Yes.*in use/ }).click();
    await expect
      .poll(() => studio.corpora.chosen!.files.map(({ choice }) => choice?.outside))
      .toEqual([['0'], ['0']]);
    await expect.element(question).not.toBeInTheDocument();
    expect(outside(studio)).toEqual([['0'], ['0']]);
    expect(studio.corpora.chosen!.files.map(({ choice }) => choice)).toEqual([
      { outside: ['0'] },
      { outside: ['0'] },
    ]);
    expect(studio.corpora.chosen!.hash).toBe(hash);
    await expect
      .element(page.getByText(/tags as in B-PER, 0 outside of entities, as you chose/))
      .toBeVisible();
  });

  test('one click on another reading reads all of them so', async () => {
    const { studio } = await open();
    await question.getByRole('button', { name: 'No, it is an entity type' }).click();
    await expect.poll(() => outside(studio)).toEqual([['O'], ['O']]);
    await expect.element(question).not.toBeInTheDocument();
    expect(studio.corpora.chosen!.files[0]!.entities).toEqual({ PER: 3, '0': 6, LOC: 3 });
  });

  test('a type without a name gets one, and is not asked for again', async () => {
    const bare = 'Ada\tB\nByron\tI\nlacht\tO\n\nKiel\tB\nregnet\tO\n'.repeat(3);
    const { studio } = await openPage(
      async (_, data) => void (await importText(data, 'bare', { 'train.tsv': bare })),
    );
    await page.getByRole('textbox', { name: 'Another name' }).fill('Ship');
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => studio.corpora.chosen!.labels).toEqual(['Ship']);
    expect(studio.corpora.chosen!.files[0]!.choice).toMatchObject({ typeName: 'Ship' });
    await expect
      .element(page.getByRole('textbox', { name: 'Another name' }))
      .not.toBeInTheDocument();
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (theme) => {
  test('the choice has no axe violation and is no wider than a phone', async () => {
    const { target } = await refuse(oddFile('odd-train.csv'), oddFile('odd-dev.csv'));
    document.documentElement.dataset['theme'] = theme;
    await page.viewport(390, 844);
    await button('Choose the columns by hand').click();
    await role(2).selectOptions('word');
    await role(3).selectOptions('tag');
    for (const details of target.querySelectorAll('details')) details.open = true;
    await expect.element(button('Read with these settings')).toBeEnabled();
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    expect(await violations()).toEqual([]);
  });
});
