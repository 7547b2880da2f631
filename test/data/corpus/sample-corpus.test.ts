import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ColumnReader } from '../../../src/data/read/column-reader';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { readSentences } from '../read/read-columns';
import type { Sentence } from '../../../src/ner/sentence';
import { SAMPLES } from '../../../src/studio/corpus/sample';
import { splitWords } from '../../../src/tokenizer/text/split-words';

const folder = join(import.meta.dirname, '../../../public/sample');
const types = ['LOC', 'MISC', 'ORG', 'PER'];

async function read(name: string) {
  const blob = new Blob([readFileSync(join(folder, name))]);
  const detected = await detectColumns(blob, name);
  const reader = new ColumnReader(name, detected);
  const sentences: Sentence[] = [];
  const options = { signal: new AbortController().signal, onProgress: () => undefined };
  for await (const some of readSentences(blob, detected.encoding, reader, options)) {
    sentences.push(...some);
  }
  return { name, detected, sentences, findings: reader.findings };
}

const entitiesOf = ({ words, spans }: Sentence) =>
  spans.map(({ start, end }) => words.slice(start, end).join(' '));

/** The words of a sentence by their letters alone, so that neither case nor a comma makes it another. */
const lettersOf = (words: readonly string[]) =>
  words.map((word) => word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')).filter(Boolean);

/** Computes the share of the words of both texts that both have, 0–1. */
function likeness(left: readonly string[], right: readonly string[]): number {
  const [some, others] = [new Set(left), new Set(right)];
  return [...some].filter((word) => others.has(word)).length / new Set([...some, ...others]).size;
}

/** A sentence with its entities replaced by their types. */
function frameOf({ words, spans }: Sentence): string {
  const frame = [...words];
  for (const { start, end, label } of spans.toReversed()) frame.splice(start, end - start, label);
  return frame.join(' ').toLowerCase();
}

describe.each([
  { language: 'English', atLeast: 600 },
  { language: 'German', atLeast: 400 },
])('the $language sample', async ({ language, atLeast }) => {
  const [train, dev, test_] = await Promise.all(
    ['train', 'dev', 'test'].map((split) => read(`${language.toLowerCase()}.${split}.conll`)),
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

  test('has no sentence that is pinned beside it, nor one that is half like it', () => {
    const { pinned, files } = SAMPLES.find((sample) => sample.language === language)!;
    expect(Object.values(files)).toEqual(splits.map(({ name }) => name));
    expect(pinned.length).toBeGreaterThan(0);
    for (const text of pinned) {
      const words = lettersOf(splitWords(text).map(({ start, end }) => text.slice(start, end)));
      expect(words.length).toBeGreaterThan(9);
      const alike = all.filter((sentence) => likeness(words, lettersOf(sentence.words)) >= 0.5);
      expect(alike.map((sentence) => sentence.words.join(' '))).toEqual([]);
    }
  });
});

test('the sample comes with its guide and its licence', () => {
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['GUIDE.md', 'LICENSE']));
});
