import { describe, expect, test } from 'vitest';
import { createTokenizer } from '../../src/tokenizer/tokenizer-kinds';
import { familyCases, keptOf } from './family-golden';

describe.each(['byte-level', 'sentence-piece', 'word-piece'] as const)(
  'equal to Hugging Face’s Rust tokenizer, %s',
  (kind) => {
    test.each(familyCases(kind))('$name', (own) => {
      const tokenizer = createTokenizer(keptOf(own));
      for (const { text, ...expected } of own.texts) {
        expect([text, tokenizer.encodeText(text)]).toEqual([text, expected]);
        // Words that are known by now give the same.
        expect([text, tokenizer.encodeText(text)]).toEqual([text, expected]);
      }
      for (const { word, pieceIds } of own.words) {
        expect([word, tokenizer.encodeWord(word)]).toEqual([word, pieceIds]);
      }
    });
  },
);
