import { describe, expect, test } from 'vitest';
import {
  type ModelMetadata,
  readModelMetadata,
  writeModelMetadata,
} from '../../src/export/model-metadata';
import { createTokenizer } from '../../src/tokenizer/tokenizer-kinds';
import { familyCases, keptOf } from '../tokenizer/family-golden';
import { tinyMetadata } from './tiny-bert';

const metadataOf = (kept: ReturnType<typeof keptOf>): ModelMetadata => ({
  ...tinyMetadata,
  ...kept,
  vocabulary: [...kept.vocabulary],
  addedPieces: [...(kept.addedPieces ?? [])],
  config: { ...tinyMetadata.config, vocabularySize: kept.vocabulary.length },
});

describe.each(['byte-level', 'sentence-piece', 'word-piece'] as const)('%s in a file', (kind) => {
  test.each(familyCases(kind))('$name comes back as it was, and cuts text alike', (own) => {
    const kept = keptOf(own);
    const metadata = metadataOf(kept);
    const read = readModelMetadata(writeModelMetadata(metadata));
    expect(read).toEqual(metadata);
    const tokenizer = createTokenizer(read);
    for (const { text, ...expected } of own.texts.slice(0, 20)) {
      expect([text, tokenizer.encodeText(text)]).toEqual([text, expected]);
    }
  });
});

const bytePairs = metadataOf(keptOf(familyCases('byte-level')[0]!));
const wordPiece = metadataOf(
  keptOf(familyCases('word-piece').find(({ name }) => name === 'WhitespaceSplit')!),
);

test.each<[string, ModelMetadata, Partial<ModelMetadata>, RegExp]>([
  [
    'merges of another kind',
    wordPiece,
    { bytePairs: bytePairs.bytePairs! },
    /bytePairs should not be there for a tokenizer of the kind word-piece/,
  ],
  [
    'preparation of another kind',
    bytePairs,
    { wordPiece: wordPiece.wordPiece! },
    /wordPiece should not be there for a tokenizer of the kind byte-level-bpe/,
  ],
  [
    'a merge of pieces that are not there',
    bytePairs,
    { bytePairs: { ...bytePairs.bytePairs!, merges: 'Ġ zzzz' } },
    /Merge 1 is "Ġ zzzz"; expected are two pieces of the vocabulary/,
  ],
  [
    'a step that is not known',
    wordPiece,
    { wordPiece: { ...wordPiece.wordPiece!, preTokenizer: { type: 'Digits' } } },
    /pre_tokenizer has the step "Digits"/,
  ],
  [
    'a normalizer that is none',
    bytePairs,
    { bytePairs: { ...bytePairs.bytePairs!, normalizer: { type: 'Nmt' } } },
    /normalizer has the step "Nmt"/,
  ],
])('refuses %s', (_, metadata, changes, reason) => {
  expect(() => writeModelMetadata({ ...metadata, ...changes })).toThrow(reason);
});

test('refuses a byte-level tokenizer without merges', () => {
  const entries = writeModelMetadata(bytePairs);
  entries.delete('tagwerk.bytePairs');
  expect(() => readModelMetadata(entries)).toThrow(
    /bytePairs should be there for a byte-level BPE tokenizer/,
  );
});
