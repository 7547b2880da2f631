import { expect, test } from 'vitest';
import { WordReader } from '../../src/infer/word-reader';
import { createTokenizer } from '../../src/tokenizer/tokenizer-kinds';
import { blockMetadata, blockVocabulary } from '../export/block-bert';

const tokenizer = createTokenizer(blockMetadata);
const hasRow = Uint8Array.from(blockVocabulary, (piece) => (/^[[#a-z]/.test(piece) ? 1 : 0));

test('a word whose pieces all have rows is read as it is cut', () => {
  const reader = new WordReader(tokenizer, hasRow);
  for (const word of ['ab', 'zk', '\u0301', '?']) {
    expect(reader.isReadable(word)).toBe(true);
    expect(reader.encodeWord(word)).toEqual(tokenizer.encodeWord(word));
  }
});

test('one piece without a row makes the word unreadable, and the unknown piece stands for the whole word', () => {
  const reader = new WordReader(tokenizer, hasRow);
  for (const word of ['一', '一丁', 'a一']) {
    expect(tokenizer.encodeWord(word)).not.toContain(1);
    expect(reader.isReadable(word)).toBe(false);
    expect(reader.encodeWord(word)).toEqual([1]);
  }
});

test('a word that the tokenizer does not know is the unknown piece, and is read as such', () => {
  const reader = new WordReader(tokenizer, hasRow);
  expect(reader.encodeWord('№')).toEqual([1]);
  expect(reader.isReadable('№')).toBe(true);
});

test('without marks every word can be read', () => {
  const reader = new WordReader(tokenizer, undefined);
  expect(reader.isReadable('一')).toBe(true);
  expect(reader.encodeWord('一')).toEqual(tokenizer.encodeWord('一'));
});
