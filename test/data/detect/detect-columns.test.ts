import { describe, expect, test } from 'vitest';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { describeReasons, fileOf } from './column-file';
import * as forms from './corpus-forms';

const detect = (content: string | Uint8Array<ArrayBuffer>, choice = {}) =>
  detectColumns(fileOf(content), 'made.conll', choice);

describe('every form is told by its rows', () => {
  test.each([
    ['CoNLL-2003 English', forms.conll2003English, ['utf-8', 'space', 4, 0, 3, 'IOB1']],
    ['CoNLL-2003 German', forms.conll2003German, ['windows-1252', 'space', 5, 0, 4, 'IO']],
    ['two columns, CRLF', forms.twoColumnsCrlf, ['utf-8', 'tab', 2, 0, 1, 'IOB2']],
    ['GermEval', forms.germEval, ['utf-8', 'tab', 4, 1, 2, 'IOB2']],
    ['Universal NER', forms.universalNer, ['utf-8', 'tab', 5, 1, 2, 'IOB2']],
    ['MobIE', forms.mobie, ['utf-8', 'tab', 4, 0, 3, 'IOB2']],
    ['WNUT', forms.wnut, ['utf-8', 'tab', 2, 0, 1, 'IOB2']],
    ['Europeana', forms.europeana, ['utf-8', 'space', 2, 0, 1, 'IOB2']],
    ['tags before words', forms.tagFirst, ['utf-8', 'tab', 2, 1, 0, 'IOB2']],
  ])('%s', async (_, content, expected) => {
    const { encoding, separator, columns, wordColumn, tagColumn, scheme } = await detect(content);
    expect([encoding, separator, columns, wordColumn, tagColumn, scheme]).toEqual(expected);
  });
});

describe('the reasons are given in sentences', () => {
  test('for CoNLL-2003', async () => {
    expect(describeReasons(await detect(forms.conll2003English))).toBe(
      'Four columns, word first and tag last; IOB1, because I- after O starts 4 entities. ' +
        'Spaces between columns, because no row has a TAB; UTF-8, because every byte is ASCII.',
    );
  });

  test('for Latin-1', async () => {
    const { evidence } = await detect(forms.conll2003German);
    expect(evidence.encoding).toBe('Windows-1252, because byte 0xFC in line 3 is not valid UTF-8');
  });

  test('for an index and a second level of tags', async () => {
    const { evidence } = await detect(forms.germEval);
    expect(evidence.columns).toBe(
      'Four columns, index first, word second and tag third (2 entities there; the last holds another level of tags with 2 entities, left out)',
    );
  });

  test('for rows that do not fit', async () => {
    const { evidence, questions } = await detect(forms.europeana);
    expect(evidence.columns).toBe('Two columns in 9 of 11 sampled rows, word first and tag last');
    expect(questions).toEqual([]);
  });
});

describe('the scheme', () => {
  const rows = (tags: string) =>
    tags
      .split(' ')
      .map((tag, word) => (tag === '|' ? '' : `w${word}\t${tag}`))
      .join('\n');

  test.each([
    ['I-A B-A O I-B', 'IOB1, because I- after O starts 2 entities', false],
    ['O B-A I-A B-B O', 'IOB2, because B- starts 2 entities', false],
    [
      'O B-A I-A O B-A O B-A O B-A O B-A O B-A O I-B O',
      'IOB2, because B- starts 6 entities, though I- after O starts 1',
      false,
    ],
    [
      'B-A I-A O I-A O',
      'IOB2 is assumed, because B- starts 1 entity, though I- after O starts 1',
      true,
    ],
    [
      'I-A I-A O I-B',
      'IO is assumed, because only I- tags occur, which IOB1 would read the same',
      true,
    ],
    [
      'B-A O B-B O',
      'IOB2 is assumed, because only B- tags occur, which other schemes could mean too',
      true,
    ],
    [
      'B-A B-A O B-B',
      'IOB2 is assumed, because only B- tags occur, which other schemes could mean too',
      true,
    ],
    ['O O O', 'IOB2 is assumed, because no entity occurs', true],
    ['A O O B B O', 'IO, because 3 entity words carry a bare label', false],
    ['B-A E-A O S-B O', 'IOBES, because E- ends 1 entity and S- stands for 1 of one word', false],
    [
      'B-A I-A L-A O U-B',
      "IOBES in BILOU's letters, because L- ends 1 entity and U- stands for 1 of one word",
      false,
    ],
    ['S-A O S-B O', 'IOBES, because E- ends 0 entities and S- stands for 2 of one word', false],
    ['I-A | I-A | I-A I-B B-B', 'IOB1, because I- after O starts 3 entities', false], // after a sentence's end too
  ])('of %s: %s', async (tags, evidence, isAmbiguous) => {
    const detected = await detect(rows(tags));
    expect(detected.evidence.scheme).toBe(evidence);
    expect(detected.scheme).toBe(evidence.split(/[ ,]/)[0]);
    expect(detected.questions?.map(({ aspect }) => aspect)).toEqual(isAmbiguous ? ['scheme'] : []);
  });
});

describe('columns', () => {
  test('chunks are not taken for entities, even beside an index', async () => {
    const text =
      '1\tAda\tNNP\tI-NP\tI-PER\n2\tsaw\tVBD\tI-VP\tO\n3\tit\tPRP\tI-NP\tO\n4\t.\t.\tO\tO\n';
    expect(await detect(text)).toMatchObject({ wordColumn: 1, tagColumn: 4 });
  });

  test('a column of O alone is passed over where another holds entities', async () => {
    const text = 'Ada\tB-PER\tO\nsaw\tO\tO\nit\tO\tO\n';
    expect(await detect(text)).toMatchObject({ wordColumn: 0, tagColumn: 1 });
  });

  test('numbers that are words are no index', async () => {
    const text = '1 CD O\n2 CD O\nand CC O\n3 CD O\n\nAda NNP I-PER\nsaw VBD O\n3 CD O\n';
    expect(await detect(text)).toMatchObject({ wordColumn: 0, tagColumn: 2 });
  });

  test('a word with a space does not make a TAB file a space file', async () => {
    expect(await detect('Lake Orla\tB-LOC\nis deep\tO\n')).toMatchObject({
      separator: 'tab',
      columns: 2,
    });
  });

  test('an even mixture of separators is ambiguous', async () => {
    const detected = await detect('a\tO\nb\tB-A\nc\tI-A\nd O\ne O\n');
    expect(detected).toMatchObject({ separator: 'blank', columns: 2, wordColumn: 0 });
    expect(detected.questions?.map(({ aspect }) => aspect)).toEqual(['separator']);
  });

  test.each([
    ['an empty file', '', 'found no rows at all'],
    ['one column', 'Ada\nsaw\nit\n', 'found "Ada"'],
    ['prose', 'It was a dark night.\nThe rain fell fast.\n', 'found "It was a dark night."'],
    ['a table', 'id,text\n1,"Ada saw it"\n2,"and left"\n', 'found "id,text"'],
  ])('%s is refused with a way out', async (_, text, found) => {
    await expect(detect(text)).rejects.toThrow(found);
    await expect(detect(text)).rejects.toThrow('made.conll: expected rows of a word and a tag');
  });
});

describe('what is chosen is kept, and the rest fits it', () => {
  test('the inner level of GermEval', async () => {
    const detected = await detect(forms.germEval, { tagColumn: 3 });
    expect(detected).toMatchObject({
      wordColumn: 1,
      tagColumn: 3,
      scheme: 'IOB2',
    });
    expect(detected.evidence.columns).toBe('Four columns, index first, word second and tag last');
  });

  test('an encoding, a separator and a scheme', async () => {
    const detected = await detect(forms.wnut, {
      encoding: 'windows-1252',
      separator: 'tab',
      scheme: 'IOB1',
    });
    expect(detected).toMatchObject({ encoding: 'windows-1252', scheme: 'IOB1', questions: [] });
    expect(detected.evidence.scheme).toBe('IOB1, as chosen');
    expect(detected.evidence.encoding).toBe('Windows-1252, as chosen');
  });
});
