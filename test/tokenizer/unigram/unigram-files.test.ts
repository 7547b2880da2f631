import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keptTokenizer } from '../../../src/storage/kept-tokenizer';
import {
  createTokenizer,
  readTokenizerFiles,
  specialIdsOf,
} from '../../../src/tokenizer/tokenizer-kinds';
import { encodeSentence } from '../../../src/tokenizer/encode-sentence';

type Json = Record<string, unknown>;

const { tokenizer: plain } = JSON.parse(
  readFileSync('test/reference/golden/unigram.json', 'utf8'),
) as { tokenizer: Json & { model: Json & { vocab: [string, number][] } } };

const read = (changes: Json = {}, settings?: Json) =>
  readTokenizerFiles({
    tokenizer: JSON.stringify({ ...plain, ...changes }),
    settings: settings && JSON.stringify(settings),
  });

test('pieces, scores and text preparation are read as they stand', () => {
  const { pieces, unigram, ...rest } = read();
  expect(pieces).toEqual(plain.model.vocab.map(([piece]) => piece));
  expect([...unigram!.scores]).toEqual(plain.model.vocab.map(([, score]) => score));
  expect(unigram).toMatchObject({
    normalizer: plain['normalizer'],
    preTokenizer: plain['pre_tokenizer'],
    byteFallback: false,
  });
  expect(rest).toMatchObject({ tokenizerKind: 'unigram', lowercase: false });
  // <mask> takes the white space before it; the other four are found as they are written.
  expect(rest.addedPieces?.map(({ content, leftStrip }) => [content, leftStrip])).toEqual([
    ['<mask>', true],
  ]);
  expect(rest.specialPieces).toBeUndefined();
});

test('what is kept makes the same tokenizer again, with its own special pieces at the ends of a sentence', () => {
  const { pieces, ...described } = read();
  const kept = structuredClone(keptTokenizer({ vocabulary: pieces, ...described }));
  const tokenizer = createTokenizer(kept);
  const { pieceIds, firstPieces } = encodeSentence(tokenizer, ['Rostock', '⸘', 'und'], 64);
  expect(pieceIds[0]).toBe(pieces.indexOf('<s>'));
  expect(pieceIds.at(-1)).toBe(pieces.indexOf('</s>'));
  expect(firstPieces[0]).toBe(1);
  expect(specialIdsOf(kept)).toEqual({
    classifierId: 0,
    paddingId: 1,
    separatorId: 2,
    unknownId: 3,
  });
  expect(() => encodeSentence(tokenizer, ['und'], 2)).toThrow(
    /at least 3 pieces \(<s>, one piece, <\/s>\)/,
  );
});

test('special pieces of other names are those that tokenizer_config.json states', () => {
  const vocab = [['[CLS]', 0], ['[SEP]', 0], ...plain.model.vocab];
  const model = { ...plain.model, vocab, unk_id: 5 };
  const settings = { cls_token: '[CLS]', sep_token: { content: '[SEP]' }, pad_token: '<pad>' };
  const { pieces, ...described } = read({ model, added_tokens: [] }, settings);
  expect(described.specialPieces).toEqual({
    ...{ classifier: '[CLS]', separator: '[SEP]', padding: '<pad>', unknown: '<unk>' },
  });
  expect(specialIdsOf({ vocabulary: pieces, ...described })).toMatchObject({
    classifierId: 0,
    separatorId: 1,
  });
});

test('a normalizer that turns capitals into small letters makes the encoder uncased', () => {
  const steps = [plain['normalizer'], { type: 'Lowercase' }];
  expect(read({ normalizer: { type: 'Sequence', normalizers: steps } }).lowercase).toBe(true);
  expect(read().lowercase).toBe(false);
});

test('a special piece that is stated and not there is missed, though the usual one is there', () => {
  expect(() => read({}, { cls_token: '[CLS]' })).toThrow('lacks special pieces: [CLS];');
});

describe('refused by name', () => {
  const [precompiled] = [plain['normalizer'] as Json];
  test.each<[string, Json, RegExp]>([
    ['a step of the normalizer', { normalizer: { type: 'Nmt' } }, /normalizer has the step "Nmt"/],
    [
      'one inside a sequence',
      { normalizer: { type: 'Sequence', normalizers: [precompiled, { type: 'ByteLevel' }] } },
      /normalizer has the step "ByteLevel"; those that are read are Sequence, Precompiled/,
    ],
    [
      'a text without end that is put before',
      { normalizer: { type: 'Prepend', prepend: 'a'.repeat(101) } },
      /prepends ".*; expected is a text of 100 characters at most/,
    ],
    [
      'a sequence of no steps',
      { normalizer: { type: 'Sequence', normalizers: 'Precompiled' } },
      /normalizer has a Sequence without a list/,
    ],
    [
      'a flag in quotation marks',
      { normalizer: { type: 'Strip', strip_left: 'false' } },
      /"Strip" has strip_left "false"; expected is true or false/,
    ],
    [
      'bytes in quotation marks',
      { model: { ...plain.model, byte_fallback: 'true' } },
      /model\.byte_fallback is "true", expected true or false/,
    ],
    [
      'a pattern',
      { normalizer: { type: 'Replace', pattern: { Regex: '(?<!a)b' }, content: 'c' } },
      /replaces \{"Regex":"\(\?<!a\)b"\} by "c"; only plain texts and runs of one character/,
    ],
    [
      'a pattern that matches nothing',
      { normalizer: { type: 'Replace', pattern: { Regex: ' {0,}' }, content: 'c' } },
      /replaces \{"Regex":" \{0,\}"\}/,
    ],
    [
      'a text that would grow without end',
      { normalizer: { type: 'Replace', pattern: { String: 'a' }, content: 'a'.repeat(101) } },
      /by 100 characters at most/,
    ],
    [
      'a charsmap that is none',
      { normalizer: { type: 'Precompiled', precompiled_charsmap: '/////w==' } },
      /precompiled_charsmap has 4 bytes/,
    ],
    [
      'a charsmap that is no base64',
      { normalizer: { type: 'Precompiled', precompiled_charsmap: '?' } },
      /precompiled_charsmap is not base64/,
    ],
    [
      'a pre-tokenizer',
      { pre_tokenizer: { type: 'ByteLevel' } },
      /pre_tokenizer has the step "ByteLevel"/,
    ],
    ['none', { pre_tokenizer: null }, /pre_tokenizer is missing/],
    [
      'a scheme of spaces',
      { pre_tokenizer: { type: 'Metaspace', prepend_scheme: 'last' } },
      /"prepend_scheme":"last".*one of always, first, never/,
    ],
    [
      'another unknown piece',
      { model: { ...plain.model, unk_id: null } },
      /unk_id is null, and <unk> stands at 3/,
    ],
    [
      'a vocabulary without special pieces',
      { model: { ...plain.model, vocab: [['a', 0]] }, added_tokens: [] },
      /lacks special pieces: <s>, <\/s>, <pad>, <unk>; tokenizer_config\.json should name them/,
    ],
    [
      'no scores',
      { model: { ...plain.model, vocab: ['a'] } },
      /model\.vocab has "a" at 0; expected is a piece with its score/,
    ],
    ['no pieces', { model: { ...plain.model, vocab: [] } }, /model\.vocab should list pieces/],
  ])('%s', (_, changes, reason) => {
    expect(() => read(changes)).toThrow(reason);
  });

  test('all that does not fit, in one error', () => {
    const refused = { normalizer: { type: 'Nmt' }, pre_tokenizer: { type: 'Split' } };
    expect(() => read(refused)).toThrow(
      expect.objectContaining({
        message: expect.stringMatching(/"Nmt".*"Split"/) as string,
        wayOut: expect.stringMatching(/^Choose another encoder/) as string,
      }),
    );
  });
});
