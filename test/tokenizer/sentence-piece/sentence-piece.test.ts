import { describe, expect, test } from 'vitest';
import { readTokenizerFiles } from '../../../src/tokenizer/tokenizer-kinds';

/** Bytes of a protobuf field: a number as varint, a text or a message with its length, a float as fixed32. */
function field(number: number, value: number | string | Uint8Array): number[] {
  if (typeof value === 'number') return [8 * number, ...varint(value)];
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  return [...varint(8 * number + 2), ...varint(bytes.length), ...bytes];
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

function piece(text: string, score: number, type?: number): number[] {
  const float = new Uint8Array(Float32Array.of(score).buffer);
  const own = [...field(1, text), 21, ...float, ...(type === undefined ? [] : field(3, type))];
  return field(1, Uint8Array.from(own));
}

const PIECES = [
  ...[piece('<unk>', 0, 2), piece('<s>', 0, 3), piece('</s>', 0, 3)].flat(),
  ...[piece('▁a', -1), piece('<ent>', 0, 4), piece('b', -2.5)].flat(),
];
const trainer = (...fields: number[][]) => [
  ...varint(8 * 2 + 2),
  fields.flat().length,
  ...fields.flat(),
];
const normalizer = (...fields: number[][]) => [8 * 3 + 2, fields.flat().length, ...fields.flat()];

function read(
  bytes: number[],
  settings: object = { tokenizer_class: 'XLMRobertaTokenizer' },
  configuration?: object,
) {
  return readTokenizerFiles({
    sentencePiece: { name: 'spiece.model', bytes: Uint8Array.from(bytes) },
    settings: JSON.stringify(settings),
    configuration: configuration && JSON.stringify(configuration),
  });
}

test('XLM-RoBERTa’s ids: four special pieces, the model’s own from the fourth on, the mask', () => {
  const { pieces, unigram, addedPieces, ...rest } = read(PIECES);
  expect(pieces).toEqual(['<s>', '<pad>', '</s>', '<unk>', '▁a', '<ent>', 'b', '<mask>']);
  expect([...unigram!.scores]).toEqual([0, 0, 0, 0, -1, 0, -2.5, 0]);
  expect(
    addedPieces?.map(({ content, id, leftStrip = false }) => [content, id, leftStrip]),
  ).toEqual([
    ['<ent>', 5, false],
    ['<mask>', 7, true],
  ]);
  expect(rest).toEqual({ tokenizerKind: 'unigram', lowercase: false });
});

test('CamemBERT’s ids: five before the model’s own, whose <s> and </s> are the special ones', () => {
  const { pieces, specialPieces } = read(PIECES, {}, { model_type: 'camembert' });
  expect(pieces).toEqual([
    '<s>NOTUSED',
    '<pad>',
    '</s>NOTUSED',
    '<unk>',
    '<unk>NOTUSED',
    '<s>',
    '</s>',
    '▁a',
    '<ent>',
    'b',
    '<mask>',
  ]);
  expect(specialPieces).toBeUndefined();
});

test('the class in tokenizer_config.json counts before the family', () => {
  const settings = { tokenizer_class: 'XLMRobertaTokenizerFast' };
  expect(read(PIECES, settings, { model_type: 'camembert' }).pieces[0]).toBe('<s>');
  expect(read(PIECES, {}, { model_type: 'bert', ...settings }).pieces[0]).toBe('<s>');
});

describe('refused by name', () => {
  test.each<[string, number[], RegExp]>([
    [
      'BPE',
      [...PIECES, ...trainer(field(3, 2))],
      /^spiece\.model cannot be read .*: its model is BPE, and only Unigram is read/,
    ],
    ['words', [...PIECES, ...trainer(field(3, 3))], /its model is WORD/],
    ['bytes as pieces', [...PIECES, ...trainer([...varint(35 * 8), 1])], /byte_fallback is true/],
    [
      'spaces behind words',
      [...PIECES, ...trainer([...varint(24 * 8), 1])],
      /treat_whitespace_as_suffix is true/,
    ],
    [
      'no space before a text',
      [...PIECES, ...normalizer(field(3, 0))],
      /add_dummy_prefix is false/,
    ],
    ['spaces as they are', [...PIECES, ...normalizer(field(5, 0))], /escape_whitespaces is false/],
    [
      'a file cut short',
      PIECES.slice(0, -3),
      /^spiece\.model is not a whole model file of SentencePiece: it is cut short/,
    ],
    [
      'another file',
      [...new TextEncoder().encode('version 1')],
      /is not a whole model file of SentencePiece/,
    ],
    ['no pieces', trainer(field(3, 1)), /it has no pieces/],
  ])('%s', (_, bytes, reason) => {
    expect(() => read(bytes)).toThrow(reason);
  });

  test.each<[string, object, object | undefined, RegExp]>([
    [
      'a class that is not known',
      { tokenizer_class: 'T5Tokenizer' },
      undefined,
      /"T5Tokenizer" is not known; known are XLMRobertaTokenizer, CamembertTokenizer, AlbertTokenizer.*save_pretrained/,
    ],
    ['a family that says nothing', {}, { model_type: 'bert' }, /model_type "bert" is not known/],
  ])('%s', (_, settings, configuration, reason) => {
    expect(() => read(PIECES, settings, configuration)).toThrow(reason);
  });
});

test('a number of ten bytes, as -1 is written, is passed over', () => {
  const minusOne = [...varint(43 * 8), ...new Array<number>(9).fill(255), 1];
  expect(read([...PIECES, ...trainer(minusOne)]).pieces).toHaveLength(8);
});
