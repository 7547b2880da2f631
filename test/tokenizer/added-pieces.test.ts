import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { AddedPiece } from '../../src/tokenizer/added-pieces';
import type { TextEncoding } from '../../src/tokenizer/encoding';
import { readVocabularyFiles } from '../../src/tokenizer/word-piece/vocabulary-files';
import { Vocabulary } from '../../src/tokenizer/word-piece/vocabulary';
import { WordPieceTokenizer } from '../../src/tokenizer/word-piece/word-piece';

interface Golden {
  added: AddedPiece[];
  texts: ({ text: string } & TextEncoding)[];
  words: { word: string; pieceIds: number[] }[];
}

const read = (path: string) => readFileSync(path, 'utf8');
const golden = JSON.parse(read('test/reference/golden/added-pieces.json')) as Record<
  string,
  Golden
>;
const vocabularies = {
  uncased: 'test/reference/golden/uncased-vocabulary.txt',
  cased: 'test/reference/golden/cased-vocabulary.txt',
};

describe.each(['uncased', 'cased'] as const)(
  "equal to Hugging Face's Rust tokenizer, %s",
  (mode) => {
    const { added, texts, words } = golden[mode]!;
    const { pieces } = readVocabularyFiles({ vocabulary: read(vocabularies[mode]) });
    const all = [...pieces];
    for (const { id, content } of added) all[id] = content;
    const outside = new Set(added.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id])));
    const tokenizer = new WordPieceTokenizer(new Vocabulary(all, { outside }), {
      lowercase: mode === 'uncased',
      addedPieces: added,
    });

    test.each(texts)('$text', ({ text, ...expected }) => {
      expect(tokenizer.encodeText(text)).toEqual(expected);
    });

    test.each(words)('the word $word', ({ word, pieceIds }) => {
      expect(tokenizer.encodeWord(word)).toEqual(pieceIds);
    });
  },
);
