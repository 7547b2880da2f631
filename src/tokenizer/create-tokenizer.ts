import type { AddedPiece } from './added-pieces';
import { Vocabulary } from './word-piece/vocabulary';
import { WordPieceTokenizer } from './word-piece/word-piece';

/** A tokenizer as an encoder and an exported file keep it. */
export interface KeptTokenizer {
  /** Pieces in the order of their ids, added ones among them. */
  vocabulary: readonly string[];
  lowercase: boolean;
  /** Absent where none were added. */
  addedPieces?: readonly AddedPiece[];
}

/** @throws where the vocabulary is not one of a BERT encoder. */
export function createTokenizer({
  vocabulary,
  lowercase,
  addedPieces = [],
}: KeptTokenizer): WordPieceTokenizer {
  const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
  return new WordPieceTokenizer(new Vocabulary(vocabulary, new Set(outside)), {
    lowercase,
    addedPieces,
  });
}
