import { expect, test } from 'vitest';
import { packTokenizer, unpackTokenizer } from '../../src/storage/packed-tokenizer';
import type { KeptTokenizer } from '../../src/tokenizer/tokenizer-kinds';

const unigram: KeptTokenizer = {
  tokenizerKind: 'unigram',
  vocabulary: ['<s>', '</s>', '', '▁é', '😀', 'a\nb', '\ud800'],
  lowercase: false,
  addedPieces: [{ content: '<mask>', id: 6, normalized: false, inVocabulary: false }],
  unigram: {
    scores: Float64Array.of(0, -0, -1 / 3, -1e308),
    byteFallback: false,
    normalizer: { type: 'Precompiled', precompiled_charsmap: 'AAAA' },
    preTokenizer: null,
  },
};

test.each([
  unigram,
  { ...unigram, vocabulary: ['<s>'] }, // another length of the JSON
  { vocabulary: ['[PAD]'], lowercase: true },
])('a tokenizer comes back as it was packed, scores to the last bit', (tokenizer) => {
  const packed = packTokenizer(tokenizer);
  const unpacked = unpackTokenizer(packed);
  expect(unpacked).toEqual(tokenizer);
  expect(Object.is(unpacked.unigram?.scores[1], tokenizer.unigram?.scores[1])).toBe(true);
  // Bytes that lie anywhere in larger ones.
  const moved = new Uint8Array(packed.length + 3);
  moved.set(packed, 3);
  expect(unpackTokenizer(moved.subarray(3))).toEqual(tokenizer);
});

test('numbers take eight bytes each', () => {
  const scores = new Float64Array(1000).fill(-1 / 3);
  const [few, many] = [unigram.unigram!.scores, scores].map(
    (each) => packTokenizer({ ...unigram, unigram: { ...unigram.unigram!, scores: each } }).length,
  );
  expect(many! - few!).toBe(8 * (1000 - 4));
});
