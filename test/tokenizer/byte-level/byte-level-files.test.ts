import { describe, expect, test } from 'vitest';
import { createTokenizer, readTokenizerFiles } from '../../../src/tokenizer/tokenizer-kinds';
import { familyCases } from '../family-golden';

type Json = Record<string, unknown>;

const [roberta] = familyCases('byte-level');
const plain = JSON.parse(roberta!.files['tokenizer.json'] as string) as Json & {
  model: Json & { vocab: Record<string, number>; merges: [string, string][] };
};

const read = (changes: Json = {}, settings?: Json) =>
  readTokenizerFiles({
    tokenizer: JSON.stringify({ ...plain, ...changes }),
    settings: settings && JSON.stringify(settings),
  });

const folder = {
  pieceIds: JSON.stringify(plain.model.vocab),
  merges: `#version: 0.2\n${plain.model.merges.map((merge) => merge.join(' ')).join('\n')}\n`,
};

test('vocab.json and merges.txt are read as tokenizer.json is, with a mask that takes the space before it', () => {
  const written = read();
  expect(readTokenizerFiles(folder)).toEqual(written);
  expect(written).toMatchObject({ tokenizerKind: 'byte-level-bpe', lowercase: false });
  expect(written.addedPieces).toEqual([
    { content: '<mask>', id: 4, normalized: false, leftStrip: true, inVocabulary: true },
  ]);
});

test('merges as texts are those as pairs', () => {
  const merges = plain.model.merges.map((merge) => merge.join(' '));
  expect(read({ model: { ...plain.model, merges } })).toEqual(read());
  const untyped = { ...plain.model, type: undefined };
  expect(read({ model: untyped })).toEqual(read());
});

test('tokenizer_config.json counts for the space before a text; a word by itself has it anyway', () => {
  const { pieces, ...described } = read({}, { add_prefix_space: true });
  expect(described.bytePairs).toMatchObject({ addPrefixSpace: true, keepsFirstSpace: true });
  const prefixed = createTokenizer({ vocabulary: pieces, ...described });
  const tokenizer = createTokenizer({ vocabulary: pieces, ...described, ...read() });
  const first = (ids: readonly number[]) => pieces[ids[0]!]!.slice(0, 1);
  expect(first(prefixed.encodeText('Rostock').pieceIds)).toBe('Ġ');
  expect(first(tokenizer.encodeText('Rostock').pieceIds)).not.toBe('Ġ');
  expect(tokenizer.encodeWord('Rostock')).toEqual(prefixed.encodeWord('Rostock'));
  expect(first(tokenizer.encodeWord('Rostock'))).toBe('Ġ');
});

test('a mask whose settings a file states is looked for as it says', () => {
  const specials = JSON.stringify({ mask_token: { content: '<mask>', lstrip: false } });
  expect(readTokenizerFiles({ ...folder, specials }).addedPieces).toEqual([
    { content: '<mask>', id: 4, normalized: false, inVocabulary: true },
  ]);
});

describe('refused by name', () => {
  const model = (changes: Json) => ({ model: { ...plain.model, ...changes } });
  test.each<[string, Json, RegExp]>([
    ['dropout', model({ dropout: 0.1 }), /model\.dropout is 0\.1/],
    ['a suffix', model({ end_of_word_suffix: '</w>' }), /model\.end_of_word_suffix is "<\/w>"/],
    ['bytes as fallback', model({ byte_fallback: true }), /model\.byte_fallback is true/],
    ['merges ignored', model({ ignore_merges: true }), /model\.ignore_merges is true/],
    [
      'another unknown piece',
      model({ unk_token: '<x>' }),
      /model\.unk_token is "<x>", and unk_token is "<unk>"/,
    ],
    ['no merges', model({ merges: null }), /model\.merges is null/],
    [
      'a merge of three',
      model({ merges: ['a b c'] }),
      /Merge 1 is "a b c"; expected are two pieces/,
    ],
    [
      'SentencePiece’s spaces',
      { pre_tokenizer: { type: 'Metaspace', replacement: '▁' } },
      /the pre_tokenizer is \{"type":"Metaspace".*; with BPE only ByteLevel by itself is read/,
    ],
    [
      'a pattern of its own',
      {
        pre_tokenizer: {
          type: 'Sequence',
          pretokenizers: [{ type: 'Split' }, { type: 'ByteLevel', use_regex: false }],
        },
      },
      /with BPE only ByteLevel by itself is read/,
    ],
    ['no pattern', { pre_tokenizer: { type: 'ByteLevel', use_regex: false } }, /use_regex false/],
    ['a normalizer', { normalizer: { type: 'Nmt' } }, /normalizer has the step "Nmt"/],
    [
      'a post-processor',
      { post_processor: { type: 'Other' } },
      /post_processor has the step "Other"/,
    ],
  ])('%s', (_, changes, reason) => {
    expect(() => read(changes)).toThrow(reason);
  });

  test('special pieces that are not there', () => {
    expect(() => read({}, { cls_token: '[CLS]' })).toThrow(/lacks special pieces: \[CLS\]/);
  });
});
