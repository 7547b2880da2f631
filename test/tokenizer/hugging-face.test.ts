import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { encodeSentence } from '../../src/tokenizer/encode-sentence';
import type { TextEncoding } from '../../src/tokenizer/encoding';
import { readVocabularyFiles } from '../../src/tokenizer/word-piece/vocabulary-files';
import { Vocabulary } from '../../src/tokenizer/word-piece/vocabulary';
import { WordPieceTokenizer } from '../../src/tokenizer/word-piece/word-piece';

interface PieceHash {
  pieces: number;
  sha256: string;
}

interface Golden {
  corpora: Record<string, Record<'uncased' | 'cased', PieceHash>>;
  everyCharacter: Record<'uncased' | 'cased', PieceHash>;
  hardCases: { text: string; uncased: TextEncoding; cased: TextEncoding }[];
  neverSplit: { pieces: string[]; cases: ({ text: string } & TextEncoding)[] };
  preSplit: { words: string[]; maxPieces: number; pieceIds: number[]; firstPieces: number[] }[];
}

const read = (path: string) => readFileSync(path, 'utf8');
const golden = JSON.parse(read('test/reference/golden/tokenizer.json')) as Golden;
const uncasedVocabulary = vocabularyOf('test/reference/golden/uncased-vocabulary.txt');
const tokenizers = {
  uncased: new WordPieceTokenizer(uncasedVocabulary, { lowercase: true }),
  cased: new WordPieceTokenizer(vocabularyOf('test/reference/golden/cased-vocabulary.txt'), {
    lowercase: false,
  }),
};
const modes = ['uncased', 'cased'] as const;

function vocabularyOf(path: string): Vocabulary {
  return new Vocabulary(readVocabularyFiles({ vocabulary: read(path) }).pieces);
}

describe.each(modes)("equal to Hugging Face's Rust tokenizer, %s", (mode) => {
  test.each(golden.hardCases)('$text', (hardCase) => {
    expect(tokenizers[mode].encodeText(hardCase.text)).toEqual(hardCase[mode]);
  });

  test('a text of all hard cases gives the pieces of each, moved', () => {
    const whole = tokenizers[mode].encodeText(golden.hardCases.map(({ text }) => text).join('\n'));
    const expected: TextEncoding = { pieceIds: [], starts: [], ends: [] };
    let offset = 0;
    for (const hardCase of golden.hardCases) {
      expected.pieceIds.push(...hardCase[mode].pieceIds);
      expected.starts.push(...hardCase[mode].starts.map((start) => start + offset));
      expected.ends.push(...hardCase[mode].ends.map((end) => end + offset));
      offset += hardCase.text.length + 1;
    }
    expect(whole).toEqual(expected);
  });

  test('every character of Unicode between two letters', () => {
    expect(hashLines(tokenizers[mode], everyCharacter())).toEqual(golden.everyCharacter[mode]);
  });

  for (const [name, hashes] of Object.entries(golden.corpora)) {
    const path = `../shared/data/${name}`;
    const title = `every line of ${name}`;
    if (existsSync(path)) {
      test(title, () => {
        expect(hashLines(tokenizers[mode], read(path).split('\n'))).toEqual(hashes[mode]);
      });
    } else {
      test.skip(`${title}: did not run, because ${path} is not here`, () => undefined);
    }
  }
});

/** As make-tokenizer-goldens.py: every line's ids, starts and ends as i32, each line closed by -1. */
function hashLines(tokenizer: WordPieceTokenizer, lines: Iterable<string>): PieceHash {
  const hash = createHash('sha256');
  let pieces = 0;
  for (const line of lines) {
    const { pieceIds, starts, ends } = tokenizer.encodeText(line);
    pieces += pieceIds.length;
    hash.update(Int32Array.from([...pieceIds, ...starts, ...ends, -1]));
  }
  return { pieces, sha256: hash.digest('hex') };
}

/** Each of Unicode's characters between two letters, 256 to a line; of the planes that have none, a line each. */
function* everyCharacter(): Generator<string> {
  for (let block = 0; block < 0x110000; block += 256) {
    const hasCharacters =
      block < 0xd800 ||
      (block >= 0xe000 && block < 0x34000) ||
      (block >= 0xe0000 && block < 0xe0200);
    if (!hasCharacters && block % 0x10000 !== 0) continue;
    yield Array.from({ length: 256 }, (_, i) => `x${String.fromCodePoint(block + i)}y`).join(' ');
  }
}

test('a lone surrogate is dropped, as U+FFFD is, which it becomes in UTF-8', () => {
  const expected = tokenizers.uncased.encodeText('ber\ufffdlin x');
  expect(tokenizers.uncased.encodeText('ber\ud800lin x')).toEqual(expected);
  expect(tokenizers.uncased.encodeText('ber\udc00lin x')).toEqual(expected);
});

describe('never-split pieces', () => {
  const { pieces, cases } = golden.neverSplit;
  const tokenizer = new WordPieceTokenizer(uncasedVocabulary, {
    lowercase: true,
    neverSplit: pieces,
  });

  test.each(cases)('$text', ({ text, ...encoding }) => {
    expect(tokenizer.encodeText(text)).toEqual(encoding);
  });

  test('one that is not in the vocabulary is refused by name', () => {
    const options = { lowercase: true, neverSplit: ['new', 'newyorkcity'] };
    expect(() => new WordPieceTokenizer(uncasedVocabulary, options)).toThrow(
      /"newyorkcity" are not/,
    );
  });
});

describe('pre-split sentences', () => {
  test.each(golden.preSplit)(
    '$words in $maxPieces pieces',
    ({ words, maxPieces, pieceIds, firstPieces }) => {
      const encoded = encodeSentence(tokenizers.uncased, words, maxPieces);
      expect([...encoded.pieceIds]).toEqual(pieceIds);
      expect([...encoded.firstPieces]).toEqual(firstPieces);
    },
  );

  test('a window without room for a piece is refused', () => {
    expect(() => encodeSentence(tokenizers.uncased, ['a'], 2)).toThrow(/at least 3 pieces/);
  });
});
