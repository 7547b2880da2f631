import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ColumnReader } from '../../src/data/column-reader';
import { detectFormat } from '../../src/data/detect-format';
import { readSentences } from '../../src/data/read-sentences';
import type { Sentence } from '../../src/ner/sentence';

const folder = join(import.meta.dirname, '../../public/sample');
const types = ['LOC', 'MISC', 'ORG', 'PER'];

async function read(name: string) {
  const blob = new Blob([readFileSync(join(folder, name))]);
  const detected = await detectFormat(blob, name);
  const reader = new ColumnReader(name, detected);
  const sentences: Sentence[] = [];
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  for await (const some of readSentences(blob, detected.encoding, reader, options)) {
    sentences.push(...some);
  }
  return { detected, sentences, findings: reader.findings };
}

const entitiesOf = ({ words, spans }: Sentence) =>
  spans.map(({ start, end }) => words.slice(start, end).join(' '));

/** A sentence with its entities replaced by their types. */
function frameOf({ words, spans }: Sentence): string {
  const frame = [...words];
  for (const { start, end, label } of spans.toReversed()) frame.splice(start, end - start, label);
  return frame.join(' ').toLowerCase();
}

describe.each([
  { language: 'english', atLeast: 600 },
  { language: 'german', atLeast: 400 },
])('the $language sample', async ({ language, atLeast }) => {
  const [train, dev, test_] = await Promise.all(
    ['train', 'dev', 'test'].map((split) => read(`${language}.${split}.conll`)),
  );
  const splits = [train!, dev!, test_!];
  const all = splits.flatMap(({ sentences }) => sentences);

  test(`has at least ${atLeast} sentences in IOB2 with four types, and no finding`, () => {
    expect(all.length).toBeGreaterThanOrEqual(atLeast);
    for (const { detected, findings } of splits) {
      expect(detected.scheme).toBe('IOB2');
      expect(findings.kept()).toEqual([]);
    }
    for (const { sentences } of splits) {
      const labels = sentences.flatMap(({ spans }) => spans.map(({ label }) => label));
      expect([...new Set(labels)].sort()).toEqual(types);
    }
    expect(all.filter(({ spans }) => spans.length === 0).length).toBeGreaterThan(all.length / 10);
  });

  test('has no two sentences that are equal once entities are replaced by their types', () => {
    expect(new Set(all.map(frameOf)).size).toBe(all.length);
  });

  test('at least 40 % of the entities of dev and of test do not occur in train', () => {
    const known = new Set(train!.sentences.flatMap(entitiesOf));
    for (const { sentences } of splits.slice(1)) {
      const entities = sentences.flatMap(entitiesOf);
      const unseen = entities.filter((entity) => !known.has(entity));
      expect(unseen.length / entities.length).toBeGreaterThanOrEqual(0.4);
    }
  });
});

test('the sample comes with its guide and its licence', () => {
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['GUIDE.md', 'LICENSE']));
});
