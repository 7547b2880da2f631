import { existsSync, openAsBlob } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { detectColumns } from '../../../src/data/detect/detect-columns';
import { scriptsOf } from '../../../src/data/language/scripts';
import { WordTraitsTally, type WordTraits } from '../../../src/data/language/word-traits';
import type { EntitySpan } from '../../../src/ner/entity-span';
import type { Sentence } from '../../../src/ner/sentence';
import { readColumnFile } from '../read/read-columns';
import { ARTICLES } from './articles';

const sentence = (text: string, spans: EntitySpan[] = []): Sentence => ({
  words: text.split(' '),
  spans,
  line: 1,
  startsDocument: false,
});

function traitsOf(...sentences: readonly Sentence[]): WordTraits {
  const tally = new WordTraitsTally();
  for (const each of sentences) tally.add(each);
  return tally.traits();
}

async function traitsOfFile(path: string): Promise<WordTraits> {
  const blob = await openAsBlob(path);
  const { sentences } = await readColumnFile(blob, path, await detectColumns(blob, path, {}));
  return traitsOf(...sentences);
}

test.each([
  ['Wien', ['Latin']],
  ['2026', []],
  ['🙂', []],
  ['Ёлка', ['Cyrillic']],
  ['α-Strahlen', ['Greek', 'Latin']],
  ['東京タワー', ['Han', 'Katakana']],
  ['ᏣᎳᎩ', ['Other']],
])('the letters of %s are of the scripts %j', (word, scripts) => {
  expect(scriptsOf(word)).toEqual(scripts);
});

describe('the language of a text', () => {
  test.each(Object.entries(ARTICLES))('is guessed from one article: %s', (code, article) => {
    const words = article.replace(/[.,;:!।]/gu, ' $& ').replace(/\s+/gu, ' ');
    expect(traitsOf(sentence(words)).language?.code).toBe(code);
  });

  test('is left open where no frequent word is known, and where there are no words', () => {
    expect(traitsOf(sentence('Zxcv qwert Poiuy mnbv')).language).toBeUndefined();
    expect(traitsOf(sentence('1 , 2 .'))).toEqual({ words: 0, scripts: {} });
  });
});

test('capitals are counted inside entities and outside, without the first word of a sentence', () => {
  const spans = [{ start: 2, end: 4, label: 'PER' }];
  const { capitals } = traitsOf(
    sentence('Yesterday met Ada lovelace Babbage 1843', spans),
    sentence('then (Paris) slept'),
  );
  expect(capitals).toEqual({ entities: 0.5, others: 0.5 });
  expect(traitsOf(sentence('東京 は 大きい')).capitals).toBeUndefined();
});

const sample = (name: string) =>
  fileURLToPath(new URL(`../../../public/sample/${name}.train.conll`, import.meta.url));

test.each([
  ['english', 'en', [0.9, 1], [0, 0.2]],
  ['german', 'de', [0.85, 1], [0.2, 0.5]],
])(
  'the %s sample is told by its language and its capitals',
  async (name, code, inside, outside) => {
    const { language, capitals, scripts } = await traitsOfFile(sample(name));
    expect(language?.code).toBe(code);
    expect(Object.keys(scripts)).toEqual(['Latin']);
    for (const [share, [least, most]] of [
      [capitals!.entities, inside],
      [capitals!.others, outside],
    ] as const) {
      expect(share).toBeGreaterThan(least!);
      expect(share).toBeLessThanOrEqual(most!);
    }
  },
);

const folder = fileURLToPath(new URL('../../../../shared/data/', import.meta.url));
const corpora = [
  ['wnut17/emerging.dev.conll', 'en'],
  ['uner_en_ewt/en_ewt-ud-dev.iob2', 'en'],
  ['mobie_de/dev.conll2003', 'de'],
  ['germeval2014/NER-de-dev.tsv', 'de'],
] as const;

if (existsSync(folder)) {
  test.each(corpora)('the language of %s is %s', async (path, code) => {
    expect((await traitsOfFile(folder + path)).language?.code).toBe(code);
  });
} else {
  test('the shared corpora are absent', () => {
    process.stdout.write(
      `Not run: the languages of ${corpora.length} real corpora, because ../shared/data is absent.\n`,
    );
  });
}
