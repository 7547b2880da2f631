import { expect, test } from 'vitest';
import { hashEncoder, isSameKind, keepEncoder } from '../../src/storage/encoder-hash';
import type { EncoderRecord } from '../../src/storage/records';
import type { ShardList } from '../../src/storage/shards/shard-list';
import { miniLm } from '../reference/model-shapes';

const encoder: EncoderRecord & ShardList = {
  ...{ id: 'a', name: 'tiny', createdAt: 1, licence: 'MIT', leftOut: ['crf'], bundled: true },
  ...{ config: miniLm, vocabulary: ['[PAD]', '[UNK]', 'a'], lowercase: true },
  ...{ bytes: 4, generation: 1, shardHashes: ['aa', 'bb'] },
};

test('the hash of an encoder does not depend on its name, its place or the order of its fields', () => {
  const hash = hashEncoder(encoder);
  expect(hash).toMatch(/^[0-9a-f]{64}$/u);
  const named = { ...encoder, id: 'b', name: 'other', createdAt: 2, generation: 7, hash: 'x' };
  expect(hashEncoder(named)).toBe(hash);
  const plain = { ...encoder };
  for (const field of ['licence', 'leftOut', 'bundled'] as const) delete plain[field];
  expect(hashEncoder(plain)).toBe(hash);
  expect(hashEncoder({ ...plain, doubts: ['a piece stands twice'] })).toBe(hash);
  const config = Object.fromEntries(Object.entries(miniLm).reverse()) as typeof miniLm;
  expect(hashEncoder({ ...encoder, config })).toBe(hash);
});

test.each<[string, Partial<EncoderRecord & ShardList>]>([
  ['a weight', { shardHashes: ['aa', 'bc'] }],
  ['a word piece', { vocabulary: ['[PAD]', '[UNK]', 'b'] }],
  ['the order of word pieces', { vocabulary: ['[UNK]', '[PAD]', 'a'] }],
  ['the letters', { lowercase: false }],
  ['a dropout rate', { config: { ...miniLm, hiddenDropout: 0.2 } }],
  [
    'an added piece',
    { addedPieces: [{ content: 'a', id: 2, normalized: false, inVocabulary: true }] },
  ],
])('%s that differs gives another hash', (_, change) => {
  expect(hashEncoder({ ...encoder, ...change })).not.toBe(hashEncoder(encoder));
  const isWeight = change.shardHashes !== undefined;
  expect(isSameKind(encoder, { ...encoder, ...change })).toBe(isWeight);
});

test('what is kept of an encoder is all but its weights and its place', () => {
  const { config, vocabulary, lowercase, name, licence } = encoder;
  expect(keepEncoder(encoder)).toEqual({ config, vocabulary, lowercase, name, licence });
});
