import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';

/**
 * Takes the fields of a tokenizer out of an encoder's record or folder; no other place lists them. It lies here because the page's bundle
 * has it, and has no tokenizer.
 *
 * @example keptTokenizer(encoder) // { vocabulary: ['[PAD]', …], lowercase: true }
 */
export function keptTokenizer<Kept extends KeptTokenizer>({
  tokenizerKind,
  vocabulary,
  lowercase,
  addedPieces,
  specialPieces,
  unigram,
  bytePairs,
  wordPiece,
}: Kept): Pick<Kept, keyof KeptTokenizer> {
  return {
    ...{ vocabulary, lowercase },
    ...(tokenizerKind ? { tokenizerKind } : {}),
    ...(addedPieces ? { addedPieces } : {}),
    ...(specialPieces ? { specialPieces } : {}),
    ...(unigram ? { unigram } : {}),
    ...(bytePairs ? { bytePairs } : {}),
    ...(wordPiece ? { wordPiece } : {}),
  };
}
