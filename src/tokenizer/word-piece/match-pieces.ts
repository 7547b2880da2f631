import type { Vocabulary } from './vocabulary';

/** A longer word is unknown, whatever its pieces would be; counted in code points. */
const LONGEST_WORD = 100;

/** Pieces of one normalized word: ids, and where each ends in the word (UTF-16). */
export interface MatchedPieces {
  readonly pieceIds: number[];
  readonly ends: number[];
}

/**
 * Cuts a word into the longest pieces the vocabulary has, from left to right; a word with an unmatched rest is [UNK] as a
 * whole (WordPiece: Schuster and Nakajima 2012; Devlin et al. 2019, §3).
 */
export function matchPieces(word: string, vocabulary: Vocabulary): MatchedPieces {
  const unknown = { pieceIds: [vocabulary.unknownId], ends: [word.length] };
  if (word.length > LONGEST_WORD && [...word].length > LONGEST_WORD) return unknown;
  const pieceIds: number[] = [];
  const ends: number[] = [];
  let end = 0;
  while (end < word.length) {
    const id = vocabulary.longestPieceAt(word, end);
    if (id < 0) return unknown;
    end += vocabulary.lengthOf(id);
    pieceIds.push(id);
    ends.push(end);
  }
  return { pieceIds, ends };
}
