import { describe, expect, test } from 'vitest';
import {
  readModelMetadata,
  writeModelMetadata,
  type ModelMetadata,
} from '../../src/export/model-metadata';
import { tinyMetadata } from './tiny-bert';

/** The tiny model's entries with one of them changed. */
function entriesWith(key: string, value: string | undefined): Map<string, string> {
  const entries = writeModelMetadata(tinyMetadata);
  if (value === undefined) entries.delete(key);
  else entries.set(key, value);
  return entries;
}

/** A JSON entry with fields replaced. */
function withField(key: string, fields: object): Map<string, string> {
  const entry = JSON.parse(writeModelMetadata(tinyMetadata).get(key)!) as object;
  return entriesWith(key, JSON.stringify({ ...entry, ...fields }));
}

describe('model metadata', () => {
  test('comes back as it was written, a label called __proto__ included', () => {
    const read = readModelMetadata(writeModelMetadata(tinyMetadata));
    expect(read).toEqual(tinyMetadata);
    expect(Object.keys(read.card.dev!.byLabel)).toEqual(['__proto__']);
  });

  test('keeps pieces that are white space or look like line ends', () => {
    const vocabulary = [...tinyMetadata.vocabulary.slice(0, 26), '\r', '\u2028', '\u00a0'];
    const read = readModelMetadata(writeModelMetadata({ ...tinyMetadata, vocabulary }));
    expect(read.vocabulary).toEqual(vocabulary);
  });

  test('keeps added pieces, and needs none', () => {
    const id = tinyMetadata.vocabulary.length - 1;
    const addedPieces = [
      { content: tinyMetadata.vocabulary[id]!, id, normalized: true, inVocabulary: false },
    ];
    const entries = writeModelMetadata({ ...tinyMetadata, addedPieces });
    expect(readModelMetadata(entries).addedPieces).toEqual(addedPieces);
    expect(writeModelMetadata(tinyMetadata).has('tagwerk.addedPieces')).toBe(false);
  });

  test('passes over what a newer version adds to the card, its recipe and its scores', () => {
    const { card } = tinyMetadata;
    const newer = {
      ...{ ...card, optimiser: 'lion' },
      recipe: { ...card.recipe, hue: 'one-cycle' },
      dev: { ...card.dev, spanAccuracy: 0.5 },
    };
    const read = readModelMetadata(entriesWith('tagwerk.card', JSON.stringify(newer)));
    expect(read.card).toEqual(card);
  });

  test.each<[string, Partial<ModelMetadata>, RegExp]>([
    [
      'an added piece that is not where it says',
      { addedPieces: [{ content: 'x', id: 1, normalized: true, inVocabulary: false }] },
      /addedPieces has "x" at 1, where ".*" stands/,
    ],
    [
      'tags in another order',
      { tags: [...tinyMetadata.tags].reverse() },
      /tags should be O, B-PER/,
    ],
    [
      'a scheme that the tags are not in',
      { scheme: 'IOBES' },
      /tags should be O, B-PER, I-PER, E-PER/,
    ],
    ['a label twice', { labels: ['PER', 'PER'] }, /Label "PER" must be unique/],
    ['a window beyond the positions', { maxPieces: 12 }, /maxPieces 12 should be at most .* 11/],
    [
      'more pieces than rows',
      { vocabulary: [...tinyMetadata.vocabulary, 'm'] },
      /30 pieces, more than .* 29/,
    ],
    [
      'no [CLS]',
      { vocabulary: tinyMetadata.vocabulary.filter((p) => p !== '[CLS]') },
      /\[CLS\] is missing/,
    ],
    [
      'a piece with a line feed',
      { vocabulary: [...tinyMetadata.vocabulary.slice(1), 'a\nb'] },
      /line feed/,
    ],
    [
      'heads that do not divide',
      { config: { ...tinyMetadata.config, heads: 5 } },
      /multiple of heads 5/,
    ],
  ])('%s is not written', (_, change, reason) => {
    expect(() => writeModelMetadata({ ...tinyMetadata, ...change })).toThrow(reason);
  });

  test.each([
    [
      'a version of the future',
      entriesWith('tagwerk.format', '3'),
      /should be 2 and is 3; a newer Tagwerk/,
    ],
    ['no version', entriesWith('tagwerk.format', undefined), /is missing/],
    ['an entry less', entriesWith('tagwerk.tags', undefined), /^tagwerk\.tags is missing/],
    ['an entry more', entriesWith('other', 'x'), /^other is not a known metadata entry/],
    ['no JSON', entriesWith('tagwerk.card', '{'), /^tagwerk\.card should be JSON and is \{/],
    [
      'another type',
      entriesWith('tagwerk.lowercase', '"yes"'),
      /should be true or false and is yes/,
    ],
    [
      'a field less',
      entriesWith('tagwerk.config', '{}'),
      /^tagwerk\.config\.vocabularySize is missing/,
    ],
    [
      'a field more',
      withField('tagwerk.config', { extra: 1 }),
      /config\.extra is not a known field/,
    ],
    [
      'half a layer',
      withField('tagwerk.config', { layers: 1.5 }),
      /config\.layers should be a whole number/,
    ],
    [
      'a million layers',
      withField('tagwerk.config', { layers: 1e6 }),
      /layers should be .* from 1 to 200/,
    ],
    ['a date beyond dates', withField('tagwerk.card', { createdAt: 1e300 }), /createdAt should be/],
    [
      'a name without end',
      withField('tagwerk.card', { name: 'x'.repeat(301) }),
      /at most 300 characters/,
    ],
    [
      'a null',
      withField('tagwerk.card', { dev: null }),
      /card\.dev should be an object and is null/,
    ],
    [
      'an unknown scheme',
      entriesWith('tagwerk.scheme', '"BIO"'),
      /one of IOB1, IOB2, IOBES, IO and is BIO/,
    ],
  ])('%s is refused with the field named', (_, entries, reason) => {
    expect(() => readModelMetadata(entries)).toThrow(reason);
  });
});
