import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readVocabularyFiles } from '../../../src/tokenizer/word-piece/vocabulary-files';
import { createTokenizer } from '../../../src/tokenizer/tokenizer-kinds';
import { tinyPieces } from '../tiny-vocabulary';

type Json = Record<string, unknown>;

/** `tokenizer.json` as `BertWordPieceTokenizer.save` writes it, in the parts that matter. */
function tokenizerJson(
  pieces: string[],
  changes: Json = {},
  normalizer: Json = {},
  model: Json = {},
): string {
  return JSON.stringify({
    version: '1.0',
    added_tokens: tinyPieces().map((content, id) => ({ id, content, special: true })),
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
      ...normalizer,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      ...model,
    },
    ...changes,
  });
}

const lower = tinyPieces('paris', '##s', 'ß', '東');
const cased = tinyPieces('Paris', '##s');

describe('vocab.txt', () => {
  test('one piece a line, whatever ends the lines, and white space may be a piece', () => {
    const pieces = tinyPieces('a', '\u00a0', '\u2028', 'b');
    for (const end of ['\n', '\r\n']) {
      expect(readVocabularyFiles({ vocabulary: pieces.join(end) + end }).pieces).toEqual(pieces);
      expect(readVocabularyFiles({ vocabulary: `\ufeff${pieces.join(end)}` }).pieces).toEqual(
        pieces,
      );
    }
  });

  test('the case is what tokenizer_config.json says, else what the pieces show', () => {
    const settings = (value: unknown) => JSON.stringify({ do_lower_case: value });
    expect(readVocabularyFiles({ vocabulary: lower.join('\n') }).lowercase).toBe(true);
    expect(readVocabularyFiles({ vocabulary: cased.join('\n') }).lowercase).toBe(false);
    expect(
      readVocabularyFiles({ vocabulary: lower.join('\n'), settings: settings(false) }).lowercase,
    ).toBe(false);
    expect(
      readVocabularyFiles({ vocabulary: cased.join('\n'), settings: settings(true) }).lowercase,
    ).toBe(true);
  });

  test('empty lines at the end are no pieces', () => {
    const vocabulary = `${lower.join('\n')}\n\n\n`;
    expect(readVocabularyFiles({ vocabulary })).toEqual({ pieces: lower, lowercase: true });
  });

  test('a piece on two lines is named with them; the last one counts', () => {
    const pieces = [...lower, 'paris', 'b', 'paris'];
    expect(readVocabularyFiles({ vocabulary: pieces.join('\n') }).doubts).toEqual([
      'vocab.txt has a piece on several lines: “paris” (lines 6, 10, 12). The last line counts, as in Hugging Face.',
    ]);
  });

  test('a file with many pieces on two lines is damaged', () => {
    const others = Array.from({ length: 100 }, (_, index) => `word${index}`);
    const vocabulary = [...lower, ...others, ...others].join('\n');
    expect(() => readVocabularyFiles({ vocabulary })).toThrow(
      'vocab.txt has 100 pieces on several lines: “word0” (lines 10, 110), “word1” (lines 11, 111), “word2” (lines 12, 112) and 97 more; the file is damaged: get it again.',
    );
  });

  test('letters that an earlier conversion lost, and capitals that lower case never reaches, are named', () => {
    const vocabulary = [...tinyPieces('Stra\uFFFDe', 'Haus', '\uFFFD')].join('\n');
    const settings = JSON.stringify({ do_lower_case: true });
    expect(readVocabularyFiles({ vocabulary, settings }).doubts).toEqual([
      'vocab.txt has a piece with U+FFFD, the sign for a letter that was lost in an earlier conversion: Stra\uFFFDe. No text has it.',
      expect.stringMatching(
        /^The tokenizer turns text into lower case, but 2 of its 8 pieces have capitals .*: Stra.e, Haus\. If the encoder is cased, set do_lower_case to false/u,
      ),
    ]);
  });

  test('a list without the special pieces is refused', () => {
    expect(() => readVocabularyFiles({ vocabulary: 'a\nb\n' })).toThrow(/\[UNK\] is missing/);
  });
});

describe('tokenizer.json', () => {
  test('gives pieces in the order of their ids, and the case', () => {
    expect(readVocabularyFiles({ tokenizer: tokenizerJson(lower) })).toEqual({
      pieces: lower,
      lowercase: true,
    });
    const normalizer = { lowercase: false, strip_accents: false };
    expect(readVocabularyFiles({ tokenizer: tokenizerJson(cased, {}, normalizer) })).toEqual({
      pieces: cased,
      lowercase: false,
    });
  });

  test('counts before vocab.txt, and tokenizer_config.json before its case', () => {
    const files = {
      vocabulary: cased.join('\n'),
      tokenizer: tokenizerJson(lower),
      settings: JSON.stringify({ do_lower_case: false, strip_accents: null }),
    };
    expect(readVocabularyFiles(files)).toEqual({
      pieces: lower,
      lowercase: false,
      doubts: [
        'tokenizer.json and vocab.txt differ at id 5 (“paris” and “Paris”), 7 (“ß” and “”) and 1 more; tokenizer.json counts, as in Hugging Face.',
        'tokenizer_config.json says do_lower_case false and tokenizer.json lowercase true; the first counts, as in Hugging Face.',
      ],
    });
  });

  test.each([
    [
      'WordLevel',
      /WordLevel; WordPiece, Unigram and byte-level BPE are read\. Choose a BERT encoder/,
    ],
    [undefined, /of an unknown kind; WordPiece/],
  ])('%s is refused by name', (type, reason) => {
    const tokenizer = tokenizerJson(lower, {}, {}, { type, continuing_subword_prefix: undefined });
    expect(() => readVocabularyFiles({ tokenizer })).toThrow(reason);
  });

  test('every setting that would change the pieces is named in one error', () => {
    const tokenizer = tokenizerJson(
      lower,
      {
        pre_tokenizer: { type: 'Whitespace' },
        added_tokens: [{ id: 5, content: '<ent>' }, { content: '[CLS]' }],
      },
      {},
      { max_input_chars_per_word: 50 },
    );
    expect(() => readVocabularyFiles({ tokenizer })).toThrow(
      /tokenizer\.json gives "<ent>" the id 5, where "paris" stands.*max_input_chars_per_word is 50.*pre_tokenizer has the step "Whitespace"; those that are read are Sequence/,
    );
    expect(() =>
      readVocabularyFiles({ tokenizer: tokenizerJson(lower, { normalizer: null }) }),
    ).toThrow(/normalizer is missing/);
    const settings = JSON.stringify({ do_basic_tokenize: false });
    expect(() => readVocabularyFiles({ vocabulary: lower.join('\n'), settings })).toThrow(
      /tokenizer_config\.json: do_basic_tokenize is false/,
    );
  });

  test('BERT’s preparation is kept only where its case does not say it', () => {
    const plain = { strip_accents: true, tokenize_chinese_chars: true, do_lower_case: true };
    const vocabulary = lower.join('\n');
    const read = (settings: Json) =>
      readVocabularyFiles({ vocabulary, settings: JSON.stringify(settings) }).wordPiece;
    expect(read(plain)).toBeUndefined();
    expect(read({ ...plain, strip_accents: null })).toBeUndefined();
    const bert = { type: 'BertNormalizer', clean_text: true, lowercase: true };
    const preTokenizer = { type: 'BertPreTokenizer' };
    expect(read({ ...plain, strip_accents: false, tokenize_chinese_chars: false })).toEqual({
      normalizer: { ...bert, strip_accents: false, handle_chinese_chars: false },
      preTokenizer,
    });
    expect(read({ do_lower_case: false, strip_accents: true })).toEqual({
      normalizer: { ...bert, lowercase: false, strip_accents: true, handle_chinese_chars: true },
      preTokenizer,
    });
  });

  test('null for strip_accents in tokenizer_config.json counts before tokenizer.json: accents go with the capitals', () => {
    const tokenizer = tokenizerJson(lower, {}, { strip_accents: false });
    expect(readVocabularyFiles({ tokenizer }).wordPiece?.normalizer).toMatchObject({
      strip_accents: false,
    });
    const settings = JSON.stringify({ strip_accents: null });
    expect(readVocabularyFiles({ tokenizer, settings }).wordPiece).toBeUndefined();
  });

  test('tokenizer.json counts before a role for how a special piece is looked for', () => {
    const tokenizer = tokenizerJson(lower);
    const specials = JSON.stringify({ mask_token: { content: '[MASK]', lstrip: true } });
    expect(readVocabularyFiles({ tokenizer, specials }).addedPieces).toBeUndefined();
    const listed = readVocabularyFiles({ vocabulary: lower.join('\n'), specials });
    expect(listed.addedPieces).toMatchObject([{ content: '[MASK]', leftStrip: true }]);
  });

  test('special pieces are those that the files name by their roles', () => {
    const pieces = ['<pad>', '<unk>', '<s>', '</s>', '<mask>', 'paris'];
    const settings = JSON.stringify({
      ...{ cls_token: '<s>', sep_token: '</s>', pad_token: '<pad>', unk_token: '<unk>' },
      mask_token: { content: '<mask>', lstrip: true },
    });
    const read = readVocabularyFiles({ vocabulary: pieces.join('\n'), settings });
    expect(read.specialPieces).toEqual({
      ...{ classifier: '<s>', separator: '</s>', padding: '<pad>', unknown: '<unk>' },
    });
    expect(read.addedPieces).toEqual([
      { content: '<mask>', id: 4, normalized: false, leftStrip: true, inVocabulary: true },
    ]);
    const tokenizer = createTokenizer({ vocabulary: pieces, ...read });
    expect(tokenizer.vocabulary).toMatchObject({ classifierId: 2, separatorId: 3, unknownId: 1 });
    expect(tokenizer.encodeText('Paris <mask> x')).toEqual({
      pieceIds: [5, 4, 1],
      starts: [0, 5, 13],
      ends: [5, 12, 14],
    });
  });

  test('ids with gaps, doubled or out of range are refused', () => {
    for (const id of [99, 0, -1, 1.5, 'x', null]) {
      const vocab = { ...Object.fromEntries(lower.map((piece, at) => [piece, at])), paris: id };
      const tokenizer = tokenizerJson(lower, {}, {}, { vocab });
      expect(() => readVocabularyFiles({ tokenizer })).toThrow(
        /ids must count from 0 without gaps/,
      );
    }
  });

  test('ids without a piece are named', () => {
    const many = [...lower, ...Array.from({ length: 20 }, (_, index) => `w${index}`)];
    const vocab = Object.fromEntries(many.map((piece, id) => [piece, id < 9 ? id : id + 2]));
    const tokenizer = tokenizerJson(many, {}, {}, { vocab });
    expect(readVocabularyFiles({ tokenizer }).doubts).toEqual([
      'tokenizer.json has no piece for the ids 9, 10, so the encoder never looks their rows up.',
    ]);
  });

  test('a piece called __proto__ is a piece', () => {
    const tokenizer = tokenizerJson(lower).replace('"paris"', '"__proto__"');
    expect(readVocabularyFiles({ tokenizer }).pieces[5]).toBe('__proto__');
  });

  test('a file that is no JSON object is refused', () => {
    expect(() => readVocabularyFiles({ tokenizer: '{' })).toThrow(
      /tokenizer\.json is not valid JSON/,
    );
    expect(() => readVocabularyFiles({ tokenizer: '[]' })).toThrow(
      /tokenizer\.json must be a JSON object/,
    );
    expect(() => readVocabularyFiles({ vocabulary: lower.join('\n'), settings: '1' })).toThrow(
      /tokenizer_config\.json must be a JSON object/,
    );
  });
});

test('the vocabulary of bert-base-uncased shows that it is uncased', () => {
  const vocabulary = readFileSync('test/reference/golden/uncased-vocabulary.txt', 'utf8');
  const { pieces, lowercase } = readVocabularyFiles({ vocabulary });
  expect(pieces).toHaveLength(30522);
  expect(lowercase).toBe(true);
});
