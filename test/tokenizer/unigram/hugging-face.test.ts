import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { TextEncoding } from '../../../src/tokenizer/encoding';
import type { Tokenizer } from '../../../src/tokenizer/tokenizer';
import { createTokenizer, readTokenizerFiles } from '../../../src/tokenizer/tokenizer-kinds';

type Json = Record<string, unknown>;

interface Golden {
  tokenizer: Json;
  cases: { name: string; changes: Json; texts: ({ text: string } & TextEncoding)[] }[];
  words: { word: string; pieceIds: number[] }[];
}

const golden = JSON.parse(readFileSync('test/reference/golden/unigram.json', 'utf8')) as Golden;

function tokenizerOf(json: string): Tokenizer {
  const { pieces, ...described } = readTokenizerFiles({ tokenizer: json });
  return createTokenizer({ vocabulary: pieces, ...described });
}

describe.each(golden.cases)("equal to Hugging Face's Rust tokenizer: $name", (ofCase) => {
  const tokenizer = tokenizerOf(JSON.stringify({ ...golden.tokenizer, ...ofCase.changes }));

  test.each(ofCase.texts)('$text', ({ text, ...expected }) => {
    expect(tokenizer.encodeText(text)).toEqual(expected);
    // Chunks that are known by now give the same.
    expect(tokenizer.encodeText(text)).toEqual(expected);
  });
});

test('every word by itself', () => {
  const tokenizer = tokenizerOf(JSON.stringify(golden.tokenizer));
  for (const { word, pieceIds } of golden.words) {
    expect([word, tokenizer.encodeWord(word)]).toEqual([word, pieceIds]);
  }
});

test('a lone surrogate is what it becomes in UTF-8, and stands where it stood', () => {
  const tokenizer = tokenizerOf(JSON.stringify(golden.tokenizer));
  const [lone, written] = ['a\ud83d b\udc4d', 'a\ufffd b\ufffd'].map((text) =>
    tokenizer.encodeText(text),
  );
  expect(lone).toEqual(written);
});

test('a text of all texts gives the pieces of each, moved', () => {
  const tokenizer = tokenizerOf(JSON.stringify(golden.tokenizer));
  // Texts that begin with what is dropped move offsets in Hugging Face's tokenizer, as in ours; marks and <mask> join what is before them.
  const texts = golden.cases[0]!.texts.filter(
    ({ text }) => !/^(?:[\p{Cc}\p{M}]|<mask>)/u.test(text),
  );
  const whole = tokenizer.encodeText(texts.map(({ text }) => text).join('\n'));
  const expected: TextEncoding = { pieceIds: [], starts: [], ends: [] };
  let offset = 0;
  for (const { text, pieceIds, starts, ends } of texts) {
    expected.pieceIds.push(...pieceIds);
    expected.starts.push(...starts.map((start) => start + offset));
    expected.ends.push(...ends.map((end) => end + offset));
    offset += text.length + 1;
  }
  expect(whole).toEqual(expected);
});

const bundled = 'public/models/multilingual-e5-small-8/tokenizer.json.gz';
test('the multilingual encoder cuts German as its vocabulary says', () => {
  const tokenizer = tokenizerOf(gunzipSync(readFileSync(bundled)).toString());
  const pieces = tokenizer.encodeWord('Straßenbahn').map((id) => tokenizer.vocabulary.pieces[id]);
  expect(pieces).toEqual(['▁Straßen', 'bahn']);
});
