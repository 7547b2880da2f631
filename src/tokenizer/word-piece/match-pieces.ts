import { pushPiece, type TextEncoding } from '../encoding';
import type { Vocabulary } from './vocabulary';

/** A longer word is unknown, whatever its pieces would be; counted in code points. */
const LONGEST_WORD = 100;

/**
 * Cuts a word into the longest pieces the vocabulary has, from left to right; a word with an unmatched rest is [UNK] as a
 * whole (WordPiece: Schuster and Nakajima 2012; Devlin et al. 2019, §3).
 */
export function matchPieces(word: string, vocabulary: Vocabulary): TextEncoding {
  const unknown = { pieceIds: [vocabulary.unknownId], starts: [0], ends: [word.length] };
  if (word.length > LONGEST_WORD && [...word].length > LONGEST_WORD) return unknown;
  const encoding: TextEncoding = { pieceIds: [], starts: [], ends: [] };
  for (let start = 0; start < word.length;) {
    const id = vocabulary.longestPieceAt(word, start);
    if (id < 0) return unknown;
    const end = start + vocabulary.lengthOf(id, start);
    pushPiece(encoding, id, start, end);
    start = end;
  }
  return encoding;
}
