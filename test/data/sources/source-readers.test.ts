import { expect, test } from 'vitest';
import type { FixRule } from '../../../src/data/fixes/fix-rule';
import { makeReport } from '../../../src/data/findings/validation-report';
import { asColumns } from '../../../src/data/format/column-format';
import { formatOf } from '../../../src/data/format/detected-format';
import { kindOf, type SourceFormat } from '../../../src/data/format/source-format';
import { JsonlReader } from '../../../src/data/read/jsonl-reader';
import type { SentenceRow } from '../../../src/data/read/sentence-builder';
import { detectFormat, readerOf } from '../../../src/data/sources/source-readers';
import { inBrackets } from '../detect/column-file';

test('a format that was stored before there were kinds is one of columns', () => {
  const stored = { encoding: 'utf-8', separator: 'tab', columns: 2, wordColumn: 0, tagColumn: 1 };
  const format = { ...stored, scheme: 'IOB2' } as SourceFormat;
  expect(kindOf(format)).toBe('columns');
  expect(asColumns(format)?.columns).toBe(2);
  const reader = readerOf(format).open('train.conll', format);
  expect(reader.push(['Kiel\tB-LOC', '']).map(inBrackets)).toEqual(['[Kiel]LOC']);
});

test('a column file is detected without a kind, so that older pages can read its record', async () => {
  const detected = await detectFormat(new Blob(['Kiel\tB-LOC\nlacht\tO\n']), 'train.conll');
  expect(formatOf(detected)).toMatchObject({ separator: 'tab', columns: 2, scheme: 'IOB2' });
  expect(Object.keys(formatOf(detected))).not.toContain('kind');
  expect(Object.keys(formatOf(detected))).not.toContain('evidence');
});

test('a file of no kind is refused in the words of column files, which name what was found', async () => {
  const json = new Blob(['{"a": 1}\n']);
  await expect(detectFormat(json, 'train.json')).rejects.toThrow(/^train\.json: .*found JSON/);
});

test('a stop during detection ends it with its reason', async () => {
  const blob = new Blob(['Kiel\tB-LOC\n']);
  const stopped = AbortSignal.abort();
  await expect(detectFormat(blob, 'train.conll', {}, stopped)).rejects.toThrow('aborted');
});

test('a fix is offered only where every file allows it', () => {
  const group = { kind: 'empty-word', level: 'error', about: '', count: 1, first: [] } as const;
  const labels = { counts: new Map(), trainLabels: new Set<string>(), scheme: 'IOB2' } as const;
  const fixes = (allows?: (rule: FixRule) => boolean) =>
    makeReport([[{ ...group, first: [] }]], { ...labels, ...(allows ? { allows } : {}) })[0]!.fixes;
  expect(fixes().map(({ rule }) => rule.do)).toEqual(['drop-rows']);
  expect(fixes(() => false)).toEqual([]);
});

test('JSON Lines tell their sentences with rows, and a line that a fix removed only counts', () => {
  const heard: (readonly SentenceRow[])[] = [];
  const listener = { sentence: (_: unknown, rows: readonly SentenceRow[]) => heard.push(rows) };
  const reader = new JsonlReader('made.jsonl', { scheme: 'IOB2' }, listener);
  reader.push([undefined, '{"tokens": ["Lake", "Orla"], "ner_tags": ["B-LOC", "I-LOC"]}']);
  reader.end();
  expect(heard).toHaveLength(1);
  expect(heard[0]!.map(({ word, line }) => `${line} ${word}`)).toEqual(['2 Lake', '2 Orla']);
});
