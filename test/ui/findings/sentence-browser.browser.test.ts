import axe from 'axe-core';
import { tick } from 'svelte';
import { describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DataCalls } from '../../../src/protocol/data-calls';
import { saveEncoder } from '../../../src/storage/encoders';
import { savePack } from '../../../src/storage/corpora/packs';
import type { Database } from '../../../src/storage/schema';
import { importText, madeEncoder, openPage, type MadeStudio } from '../made-studio';

const sentences = 3000;

/** Sentence `n` names person `n`; every tenth is in Cork, and sentence 2,500 is very long. */
function drawnTrain(): string {
  return Array.from({ length: sentences }, (_, n) => {
    const place = n % 10 === 0 ? 'in\tO\nCork\tB-LOC\n' : '';
    const long = n === 2500 ? 'and\tO\nso\tO\non\tO\n'.repeat(100) : '';
    return `Person${n}\tB-PER\nwaited\tO\n${place}${long}.\tO\n`;
  }).join('\n');
}
const dev = `Ada\tB-PER
left\tO
Cork\tI-LOC

Clara\tB-PER
stayed\tO
`;

async function fill(_: Database, data: DataCalls): Promise<void> {
  await importText(data, 'waiting', {
    'waiting.train.conll': drawnTrain(),
    'waiting.dev.conll': dev,
  });
}

async function openBrowser(): Promise<
  MadeStudio & { rows: () => HTMLElement[]; view: HTMLElement }
> {
  await page.viewport(1440, 900);
  const made = await openPage(fill);
  made.studio.places.go('corpus');
  const list = () => made.target.querySelector<HTMLElement>('[aria-label="Sentences found"]');
  await expect.poll(() => list()?.querySelectorAll('mark').length ?? 0).toBeGreaterThan(0);
  const rows = () => [...(list()?.querySelectorAll('li') ?? [])];
  return { ...made, rows, view: list()! };
}

const count = () =>
  page.getByRole('search').element().parentElement?.querySelector('[role=status]');

/** A scroll is told in the next frame. */
async function twoFrames(): Promise<void> {
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
}

describe('of a few thousand sentences', () => {
  test('only those in sight are in the page, and all can be reached by keyboard', async () => {
    const { rows, view } = await openBrowser();
    expect(rows().length).toBeLessThan(40);
    expect(rows()[0]?.getAttribute('aria-setsize')).toBe(String(sentences + 2));
    expect(rows()[0]?.textContent).toContain('Person0');
    view.focus();
    await userEvent.keyboard('{End}');
    await expect.poll(() => rows().at(-1)?.textContent ?? '').toContain('stayed');
    expect(rows().at(-1)?.getAttribute('aria-posinset')).toBe(String(sentences + 2));
    expect(rows().length).toBeLessThan(40);
  });

  test('rows neither overlap nor leave a gap, whatever their heights', async () => {
    const { rows, view } = await openBrowser();
    for (const share of [0.83, 0.2, 0.8325, 0.835]) {
      view.scrollTop = share * view.scrollHeight;
      await twoFrames();
      await expect.poll(() => rows().every((row) => row.querySelector('p'))).toBe(true);
      await tick();
      const boxes = rows().map((row) => row.getBoundingClientRect());
      for (const [index, box] of boxes.slice(1).entries()) {
        expect(Math.abs(box.top - boxes[index]!.bottom)).toBeLessThan(1);
      }
      const seen = view.getBoundingClientRect();
      expect(boxes[0]!.top).toBeLessThanOrEqual(seen.top);
      expect(boxes.at(-1)!.bottom).toBeGreaterThanOrEqual(seen.bottom);
    }
  });

  test('what is read stays in its place when a long sentence above it is measured', async () => {
    const { rows, view } = await openBrowser();
    const rowOf = (name: string) =>
      rows().find((row) => new RegExp(`${name}\\b`, 'u').test(row.textContent));
    const estimate = view.scrollHeight / (sentences + 2);
    view.scrollTop = 2512 * estimate;
    await expect.poll(() => rowOf('Person2515')?.querySelector('mark')).toBeTruthy();
    for (let step = 0; step < 40 && !rowOf('Person2500')?.querySelector('mark'); step++) {
      const before = rows().find(
        (row) => row.getBoundingClientRect().top >= view.getBoundingClientRect().top,
      )!;
      const at = before.getBoundingClientRect().top;
      view.scrollTop -= 30;
      await twoFrames();
      expect(Math.abs(before.getBoundingClientRect().top - at - 30)).toBeLessThan(2);
    }
    expect(rowOf('Person2500')?.getBoundingClientRect().height).toBeGreaterThan(200);
  });

  test('typing narrows them, and the last word typed is what counts', async () => {
    const { rows, studio } = await openBrowser();
    await userEvent.type(page.getByRole('searchbox'), 'person12 waited');
    await expect.poll(() => count()?.textContent).toContain('1 of 3,002 sentences');
    // The first word alone leaves one sentence, too: what is underlined tells when the second has counted.
    const underlined = () =>
      Array.from(rows()[0]?.querySelectorAll('u') ?? [], ({ textContent }) => textContent);
    await expect.poll(underlined).toEqual(['Person12', 'waited']);
    expect(rows()).toHaveLength(1);
    await userEvent.clear(page.getByRole('searchbox'));
    await expect.poll(() => studio.sentences.matches?.count).toBe(3002);
  });

  test('split, type and finding narrow together, and one press shows all again', async () => {
    const { rows, studio } = await openBrowser();
    await page.getByLabelText('Entity type').selectOptions('LOC');
    await expect.poll(() => count()?.textContent).toContain('301 of 3,002');
    await page.getByRole('search').getByLabelText('Split').selectOptions('dev');
    await expect.poll(() => count()?.textContent).toContain('1 of 3,002');
    await page.getByLabelText('Finding').selectOptions('orphan-inside');
    await expect
      .poll(() => rows()[0]?.textContent ?? '')
      .toMatch(/dev.*line 1.*Ada.*left.*Cork.*Line 3:/s);
    await page.getByRole('search').getByLabelText('Split').selectOptions('train');
    await expect.element(page.getByText(/No sentence matches/)).toBeVisible();
    await page.getByRole('button', { name: 'Show all', exact: true }).click();
    await expect.poll(() => studio.sentences.matches?.count).toBe(3002);
  });

  test('a corpus that was deleted elsewhere is a sentence with a next step', async () => {
    const { target, database } = await openBrowser();
    await database.clear('corpora');
    await userEvent.type(page.getByRole('searchbox'), 'x');
    await expect
      .poll(() => target.querySelector('[role=alert] .note')?.textContent ?? '')
      .toContain('no longer stored');
  });
});

describe('statistics', () => {
  test('say how long sentences are, in words and to those who cannot see bars', async () => {
    const { target } = await openBrowser();
    const figure = () => target.querySelector('figure');
    // 2,700 sentences of 3 words, 299 of 5, one of 305; in dev one of 3 and one of 2.
    await expect
      .poll(() => figure()?.textContent ?? '')
      .toContain(
        'Half of the sentences have at most 3 words, 95 % at most 5; the longest has 305.',
      );
    const cells = [...(figure()?.querySelectorAll('tbody tr') ?? [])].map((row) => row.textContent);
    expect(cells).toEqual(['10', '21', '32,701', '40', '5–305300']);
    expect(target.textContent).toContain('Lengths in word pieces appear');
  });

  test('tell lengths in pieces once an encoder has cut the corpus, and how many fill the window', async () => {
    const { studio, database, target } = await openBrowser();
    const corpus = studio.corpora.chosen!;
    const encoder = madeEncoder('minilm-l6');
    await saveEncoder(database, encoder, [new Uint8Array(encoder.bytes)]);
    await savePack(
      database,
      {
        corpusId: corpus.id,
        encoderId: encoder.id,
        maxPieces: 8,
        split: 'dev',
        sentences: 2,
        pieces: 13,
        wordsBeyondWindow: 0,
        entitiesBeyondWindow: 0,
      },
      {
        sentences: 2,
        pieceIds: new Int32Array(13),
        pieceOffsets: Int32Array.of(0, 5, 13),
        firstPieces: new Int32Array(5),
        wordOffsets: Int32Array.of(0, 3, 5),
        spanStarts: new Int32Array(3),
        spanEnds: new Int32Array(3),
        spanLabels: new Int32Array(3),
        spanOffsets: Int32Array.of(0, 2, 3),
      },
      corpus.hash,
    );
    studio.places.go('train');
    await tick();
    studio.places.go('corpus');
    await expect
      .element(page.getByRole('heading', { name: 'Length in word pieces' }))
      .toBeVisible();
    await expect
      .element(
        page.getByText(
          /Tokenized by minilm-l6.*1 sentence reaches the max length of 8 word pieces/,
        ),
      )
      .toBeVisible();
    expect(target.textContent).not.toContain('Lengths in word pieces appear');
    const { violations } = await axe.run(target, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
    });
    expect(violations.map(({ id }) => id)).toEqual([]);
  });

  test('name the most frequent entities, and each leads to its sentences', async () => {
    const { studio } = await openBrowser();
    await page.getByRole('button', { name: 'Cork' }).click();
    await expect.poll(() => studio.sentences.matches?.count).toBe(301);
    expect(document.activeElement).toBe(page.getByRole('searchbox').element());
    await page.getByRole('group', { name: 'Counted in' }).getByText('train').click();
    await expect.element(page.getByRole('row', { name: 'Cork 300' })).toBeVisible();
  });
});
