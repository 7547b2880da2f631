import { describe, expect, test } from 'vitest';
import type { ColumnFormat } from '../../../src/data/format/column-format';
import { previewFormat } from '../../../src/jobs/corpus/preview-format';

const never = new AbortController().signal;
const preview = (text: string, choice: Partial<ColumnFormat> = {}) =>
  previewFormat(new Blob([text]), 'made.tsv', choice, never);

const sentence = 'Ada\tB-PER\nByron\tI-PER\nlacht\tO\n\nin\tO\nKiel\tB-LOC\n\n';

describe('a preview', () => {
  test('shows the first rows, marks their entities and counts what is read', async () => {
    const found = await preview(sentence);
    expect(found.rows).toEqual([
      ['Ada', 'B-PER'],
      ['Byron', 'I-PER'],
      ['lacht', 'O'],
      [],
      ['in', 'O'],
      ['Kiel', 'B-LOC'],
      [],
    ]);
    expect(found.marks).toEqual([
      { start: 0, end: 2, label: 'PER' },
      { start: 5, end: 6, label: 'LOC' },
    ]);
    expect(found).toMatchObject({ sentences: 2, words: 5, errors: 0, lines: 7, isWhole: true });
    expect(found.entities).toEqual({ LOC: 1, PER: 1 });
    expect(found.format).toMatchObject({ separator: 'tab', wordColumn: 0, tagColumn: 1 });
    expect(found.problem).toBeUndefined();
  });

  test('keeps what was chosen and detects the rest', async () => {
    const found = await preview('Ada\tPER\tB-X\nlacht\tO\tO\n', { tagColumn: 1, scheme: 'IO' });
    expect(found.format).toMatchObject({ separator: 'tab', columns: 3, tagColumn: 1 });
    expect(found.entities).toEqual({ PER: 1 });
  });

  test('of a file that is refused has its rows, cut by the likeliest separator, and the reason', async () => {
    const found = await preview('wer;was\nAda;lacht laut\nBo;weint\n');
    expect(found.format).toBeUndefined();
    expect(found.problem).toContain('made.tsv: expected');
    expect(found.cut).toEqual({ separator: 'semicolon', encoding: 'utf-8' });
    expect(found.rows).toEqual([
      ['wer', 'was'],
      ['Ada', 'lacht laut'],
      ['Bo', 'weint'],
    ]);
    expect(found.words).toBe(0);
  });

  test('cuts by the separator that was chosen, though the file is refused', async () => {
    const found = await preview('eins zwei\tdrei\nvier fünf\tsechs\n', { separator: 'space' });
    expect(found.problem).toBeDefined();
    expect(found.rows).toEqual([
      ['eins', 'zwei\tdrei'],
      ['vier', 'fünf\tsechs'],
    ]);
  });

  test('says so where a choice leaves no row that can be read', async () => {
    const found = await preview(sentence, { columns: 3, wordColumn: 0, tagColumn: 2 });
    expect(found.words).toBe(0);
    expect(found.problem).toMatch(/line 1|expected/);
  });

  test('ends after so many lines, and says that the file goes on', async () => {
    const many = await preview(sentence.repeat(60_000));
    expect(many.isWhole).toBe(false);
    expect(many.lines).toBeGreaterThan(100_000);
    expect(many.lines).toBeLessThan(420_000);
    expect(many.sentences).toBe(Math.ceil((many.lines * 2) / 7));
    expect(many.rows).toHaveLength(14);
  });

  test('is given up for a newer one', async () => {
    const stopped = new AbortController();
    stopped.abort();
    await expect(
      previewFormat(new Blob([sentence]), 'made.tsv', {}, stopped.signal),
    ).rejects.toHaveProperty('name', 'AbortError');
  });
});
