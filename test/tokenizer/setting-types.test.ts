import { describe, expect, test } from 'vitest';
import { findMistypedSettings } from '../../src/tokenizer/setting-types';
import { readVocabularyFiles } from '../../src/tokenizer/word-piece/vocabulary-files';
import { tinyPieces } from './tiny-vocabulary';

type Json = Record<string, unknown>;

const faults = (files: { tokenizer?: Json; settings?: Json; specials?: Json }) =>
  findMistypedSettings({ tokenizer: undefined, settings: {}, specials: {}, ...files });

test('what Hugging Face writes is in order, whatever else a file holds', () => {
  const piece = { content: '[UNK]', lstrip: false, normalized: true, single_word: false };
  const settings = {
    ...{ do_lower_case: true, strip_accents: null, tokenize_chinese_chars: true },
    ...{ model_max_length: 512, name_or_path: 7, tokenizer_class: 'BertTokenizer' },
    ...{ unk_token: '[UNK]', cls_token: piece, additional_special_tokens: ['[ENT]', piece] },
    added_tokens_decoder: { '0': { ...piece, special: true } },
  };
  const tokenizer = {
    ...{ model: { vocab: {} }, added_tokens: [{ id: 0, ...piece }], pre_tokenizer: null },
    normalizer: { type: 'BertNormalizer', lowercase: true, strip_accents: null },
  };
  expect(faults({ settings, specials: { unk_token: piece }, tokenizer })).toEqual([]);
});

describe('another type is named with its file and its key', () => {
  test.each<[string, Parameters<typeof faults>[0], string]>([
    [
      'a flag in quotation marks',
      { settings: { do_lower_case: 'false' } },
      'tokenizer_config.json: do_lower_case is "false", expected true or false without quotation marks',
    ],
    [
      'a flag as a number',
      { tokenizer: { normalizer: { lowercase: 1 } } },
      'tokenizer.json: normalizer.lowercase is 1, expected true or false without quotation marks',
    ],
    [
      'a special piece that is none',
      { specials: { unk_token: 100 } },
      'special_tokens_map.json: unk_token is 100, expected a text, or an object with a text as its content',
    ],
    [
      'a list that is none',
      { settings: { additional_special_tokens: '[ENT]' } },
      'tokenizer_config.json: additional_special_tokens is "[ENT]", expected a list',
    ],
    [
      'a vocabulary as a list',
      { tokenizer: { model: { vocab: [['[PAD]', 0]] } } },
      'tokenizer.json: model.vocab is [["[PAD]",0]], expected an object',
    ],
    [
      'a flag of an added piece',
      { tokenizer: { added_tokens: [{ content: 'x', normalized: 'false' }] } },
      'tokenizer.json: added_tokens[0].normalized is "false", expected true or false without quotation marks',
    ],
    [
      'an added piece without its text',
      { settings: { added_tokens_decoder: { '7': { special: true } } } },
      'tokenizer_config.json: added_tokens_decoder.7 is {"special":true}, expected an object with a text as its content',
    ],
  ])('%s', (_, files, expected) => {
    expect(faults(files)).toEqual([expected]);
  });
});

test('a long value is cut', () => {
  const [fault] = faults({ settings: { do_lower_case: 'no'.repeat(3000) } });
  expect(fault!.length).toBeLessThan(180);
});

test('a folder with such a setting is refused with the way out', () => {
  const files = {
    vocabulary: tinyPieces('a').join('\n'),
    settings: '{"do_lower_case":"false"}',
  };
  expect(() => readVocabularyFiles(files)).toThrow(
    expect.objectContaining({
      message: expect.stringMatching(
        /^The tokenizer's settings cannot be read: .*do_lower_case is "false", .*marks\.$/u,
      ) as string,
      wayOut: 'Correct the file, or get it again.',
    }),
  );
});
