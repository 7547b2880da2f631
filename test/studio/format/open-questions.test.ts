import { expect, test } from 'vitest';
import type { ColumnFormat } from '../../../src/data/format/column-format';
import type { FormatQuestion } from '../../../src/data/format/detected-format';
import { isSettled, openQuestions, withAnswer } from '../../../src/studio/format/open-questions';
import type { CorpusFile } from '../../../src/storage/records';

const format: ColumnFormat = {
  encoding: 'utf-8',
  separator: 'tab',
  columns: 2,
  wordColumn: 0,
  tagColumn: 1,
  scheme: 'IO',
};
const ofZero = (rows: number): FormatQuestion => ({
  aspect: 'tags',
  text: `Is "0" the tag outside of entities? It stands in ${rows} rows.`,
  readings: [
    { title: 'Outside', change: { outside: ['O', '0'] } },
    { title: 'An entity type', change: { outside: ['O'] } },
  ],
});
const ofLevel: FormatQuestion = {
  aspect: 'columns',
  text: 'Two columns hold tags.',
  readings: [
    { title: 'The second', change: { tagColumn: 1 } },
    { title: 'The third', change: { tagColumn: 2 } },
  ],
};

function fileOf(
  name: string,
  questions: FormatQuestion[],
  choice?: Partial<ColumnFormat>,
): CorpusFile {
  const evidence = { encoding: '', separator: '', columns: '', scheme: '' };
  return {
    name,
    split: 'train',
    bytes: 1,
    source: new Blob(),
    detected: { ...format, evidence, questions },
    format,
    ...(choice ? { choice } : {}),
    sentences: 1,
    documents: 1,
    errors: 0,
    warnings: 0,
    findings: [],
  };
}

test('files that ask the same are asked once, whatever they count', () => {
  const files = [fileOf('train', [ofZero(8), ofLevel]), fileOf('dev', [ofZero(2)])];
  expect(openQuestions(files).map(({ text, files: names }) => [text, names])).toEqual([
    [ofZero(8).text, ['train', 'dev']],
    [ofLevel.text, ['train']],
  ]);
});

test('a question goes once its matter was decided, either way', () => {
  const decided = { outside: ['O'] };
  expect(openQuestions([fileOf('train', [ofZero(8), ofLevel], decided)])).toHaveLength(1);
  expect(
    openQuestions([fileOf('train', [ofZero(8)], {}), fileOf('dev', [ofZero(8)], decided)]),
  ).toMatchObject([{ files: ['train'] }]);
  expect(isSettled(ofLevel, { wordColumn: 0 })).toBe(false);
});

test('an answer keeps what was chosen before', () => {
  const [, second] = ofLevel.readings;
  const file = fileOf('train', [ofLevel], { scheme: 'IOB1', tagColumn: 1 });
  expect(withAnswer(file, ofLevel, second!)).toEqual({ scheme: 'IOB1', tagColumn: 2 });
});

test('the columns stay where their tags are read in another way', () => {
  const [yes, no] = ofZero(8).readings;
  const question = { ...ofZero(8), readings: [yes!, no!] };
  expect(withAnswer(fileOf('train', []), question, yes!)).toEqual({ outside: ['O', '0'] });
  expect(withAnswer(fileOf('train', []), question, no!)).toEqual({
    separator: 'tab',
    columns: 2,
    wordColumn: 0,
    tagColumn: 1,
    outside: ['O'],
  });
});
