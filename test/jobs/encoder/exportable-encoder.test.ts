import { describe, expect, test } from 'vitest';
import { assertExportable } from '../../../src/jobs/encoder/exportable-encoder';
import { smallConfig as config, smallPieces as pieces } from './small-bert';

const base = { config, pieces, lowercase: true };

test('BERT as it is known can be written, in its largest form and with thousands of added pieces', () => {
  expect(() => assertExportable(base)).not.toThrow();
  const large = {
    ...{ vocabularySize: 119_547, hidden: 1024, layers: 24, heads: 16, intermediate: 4096 },
    maxPositions: 512,
  };
  expect(() => assertExportable({ ...base, config: { ...config, ...large } })).not.toThrow();
  const added = Array.from({ length: 9000 }, (_, index) => `[E${index}]`);
  const addedPieces = added.map((content, index) => ({
    ...{ content, id: pieces.length + index, normalized: false, inVocabulary: false },
    ...{ singleWord: true, leftStrip: true, rightStrip: true },
  }));
  const wide = { ...config, vocabularySize: pieces.length + added.length };
  expect(() =>
    assertExportable({ ...base, config: wide, pieces: [...pieces, ...added], addedPieces }),
  ).not.toThrow();
});

describe('what no file holds is refused before a training', () => {
  const added = (content: string) => ({
    pieces: [...pieces, content],
    addedPieces: [{ content, id: pieces.length, normalized: false, inVocabulary: false }],
  });
  test.each<[string, Partial<Parameters<typeof assertExportable>[0]>, string | RegExp]>([
    ['too many layers', { config: { ...config, layers: 300 } }, /layers should be .* and is 300/],
    ['a piece with a line feed', { pieces: [...pieces, 'a\nb'] }, /holds a line feed/],
    ['half a character', { pieces: [...pieces, '\ud83d'] }, 'piece 7 of its vocabulary holds half'],
    ['a long added piece', added('x'.repeat(301)), 'at most 300 characters long'],
    [
      'a vocabulary of too many bytes',
      {
        config: { ...config, vocabularySize: 40_000 },
        pieces: [
          ...pieces,
          ...Array.from({ length: 30_000 }, (_, index) => `${'東'.repeat(98)}${index}`),
        ],
      },
      'its vocabulary takes 8988930 bytes, and a file holds 8388608',
    ],
    [
      'more weights than a file has bytes',
      {
        config: {
          ...config,
          vocabularySize: 250_000,
          hidden: 1024,
          layers: 48,
          intermediate: 4096,
        },
      },
      'its weights take 3.4 GB, and an ONNX file holds less than 2.1 GB',
    ],
  ])('%s', (_, change, reason) => {
    const act = () => assertExportable({ ...base, ...change });
    expect(act).toThrow(reason);
    expect(act).toThrow(
      /^A model of this encoder could not be written as a file: .*; choose another encoder\.$/u,
    );
  });
});
