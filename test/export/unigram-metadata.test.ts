import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type ModelMetadata,
  readModelMetadata,
  writeModelMetadata,
} from '../../src/export/model-metadata';
import { keptTokenizer } from '../../src/storage/kept-tokenizer';
import { createTokenizer, readTokenizerFiles } from '../../src/tokenizer/tokenizer-kinds';
import { tinyMetadata } from './tiny-bert';

const { tokenizer } = JSON.parse(readFileSync('test/reference/golden/unigram.json', 'utf8')) as {
  tokenizer: object;
};
const { pieces, ...described } = readTokenizerFiles({ tokenizer: JSON.stringify(tokenizer) });
const kept = keptTokenizer({ vocabulary: pieces, ...described });
const metadata = {
  ...tinyMetadata,
  ...kept,
  config: { ...tinyMetadata.config, vocabularySize: pieces.length },
};

describe('a Unigram tokenizer in a file', () => {
  test('comes back as it was, and cuts text alike', () => {
    const read = readModelMetadata(writeModelMetadata(metadata));
    expect(read).toEqual(metadata);
    const text = 'Der Hafenmeister von Rostock, schöne Grüße ⸘ <mask>';
    expect(createTokenizer(read).encodeText(text)).toEqual(createTokenizer(kept).encodeText(text));
  });

  test('takes four bytes a score where they hold it exactly, else eight', () => {
    const bytesOf = (scores: number[]) => {
      const unigram = { ...metadata.unigram!, scores: Float64Array.from(scores) };
      const entries = writeModelMetadata({ ...metadata, addedPieces: [], unigram });
      expect(readModelMetadata(entries).unigram).toEqual(unigram);
      return /"scores(\d\d)":"([^"]*)"/.exec(entries.get('tagwerk.unigram')!)!.slice(1);
    };
    expect(bytesOf([-1.5, 0, Math.fround(-3.1)])).toEqual(['32', expect.stringMatching(/^.{16}$/)]);
    expect(bytesOf([-1.5, 0, -3.1])).toEqual(['64', expect.stringMatching(/^.{32}$/)]);
  });

  test.each<[string, Partial<ModelMetadata>, RegExp]>([
    ['scores of no Unigram tokenizer', { tokenizerKind: 'word-piece' }, /\[UNK\] is missing/],
    [
      'more scores than pieces',
      { unigram: { ...metadata.unigram!, scores: new Float64Array(pieces.length + 1) } },
      /unigram\.scores has \d+ scores, more than the \d+ pieces/,
    ],
    [
      'an added piece whose score is another matter',
      { addedPieces: metadata.addedPieces!.map((piece) => ({ ...piece, inVocabulary: false })) },
      /addedPieces has "<mask>" at \d+, and \d+ pieces have scores/,
    ],
    [
      'special pieces that are not there',
      {
        specialPieces: {
          classifier: '[CLS]',
          separator: '</s>',
          padding: '<pad>',
          unknown: '<unk>',
        },
      },
      /lacks special pieces: \[CLS\]/,
    ],
    [
      'a step that is not known',
      { unigram: { ...metadata.unigram!, normalizer: { type: 'Nmt' } } },
      /normalizer has the step "Nmt"/,
    ],
    [
      'a score that is no number',
      { unigram: { ...metadata.unigram!, scores: Float64Array.of(0, NaN) } },
      /unigram\.scores should be finite numbers; piece 1 has NaN/,
    ],
  ])('refuses %s', (_, changes, reason) => {
    expect(() => writeModelMetadata({ ...metadata, ...changes })).toThrow(reason);
  });

  test('refuses scores that are cut short, no base64, or missing', () => {
    const entries = writeModelMetadata(metadata);
    const withScores = (scores: object) => {
      const settings = JSON.parse(entries.get('tagwerk.unigram')!) as Record<string, unknown>;
      delete settings['scores32'];
      delete settings['scores64'];
      return new Map([...entries, ['tagwerk.unigram', JSON.stringify({ ...settings, ...scores })]]);
    };
    expect(() => readModelMetadata(withScores({}))).toThrow(/unigram\.scores32 is missing/);
    expect(() => readModelMetadata(withScores({ scores32: 'AAA=' }))).toThrow(
      /numbers of 4 bytes and has 2/,
    );
    expect(() => readModelMetadata(withScores({ scores32: '?' }))).toThrow(
      /scores should be base64/,
    );
    entries.delete('tagwerk.unigram');
    expect(() => readModelMetadata(entries)).toThrow(
      /unigram should be there for a Unigram tokenizer only/,
    );
  });
});
