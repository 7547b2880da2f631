import { expect, test } from 'vitest';
import { hashEncoder, keepEncoder } from '../../src/storage/encoder-hash';
import type { StoredTokenizer } from '../../src/storage/packed-tokenizer';
import { miniLm } from '../reference/model-shapes';

const tokenizer: StoredTokenizer = { vocabulary: ['[PAD]', '[UNK]', 'a'], lowercase: true };
const encoder = { config: miniLm, tokenizer, shardHashes: ['aa', 'bb'] };
const hashOf = (changed: Partial<typeof encoder>) => {
  const { config, tokenizer, shardHashes } = { ...encoder, ...changed };
  return hashEncoder({ config }, tokenizer, shardHashes);
};

test('the hash of an encoder is that of earlier builds, whatever the order of its fields', () => {
  // SHA-256 over the JSON of earlier builds' records, with keys in order, and the hashes of the shards, a line each.
  expect(hashOf({})).toBe('2a1def87f1fe965949c32fc82183fcfde72c47ab905eeae47341fd7a1fbe33f5');
  const config = Object.fromEntries(Object.entries(miniLm).reverse()) as typeof miniLm;
  expect(hashOf({ config })).toBe(hashOf({}));
});

const changes: [string, Partial<typeof encoder>][] = [
  ['a weight', { shardHashes: ['aa', 'bc'] }],
  ['a word piece', { tokenizer: { ...tokenizer, vocabulary: ['[PAD]', '[UNK]', 'b'] } }],
  [
    'the order of word pieces',
    { tokenizer: { ...tokenizer, vocabulary: ['[UNK]', '[PAD]', 'a'] } },
  ],
  ['the letters', { tokenizer: { ...tokenizer, lowercase: false } }],
  ['a dropout rate', { config: { ...miniLm, hiddenDropout: 0.2 } }],
  [
    'an added piece',
    {
      tokenizer: {
        ...tokenizer,
        addedPieces: [{ content: 'a', id: 2, normalized: false, inVocabulary: true }],
      },
    },
  ],
];
test.each(changes)('%s that differs gives another hash', (_, change) => {
  expect(hashOf(change)).not.toBe(hashOf({}));
});

test('what is kept of an encoder is all but its weights and its place', () => {
  const record = { name: 'tiny', licence: 'MIT', config: miniLm };
  expect(keepEncoder(record, tokenizer)).toEqual({ ...record, ...tokenizer });
});
