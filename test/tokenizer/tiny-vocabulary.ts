import { Vocabulary } from '../../src/tokenizer/word-piece/vocabulary';

/** Pieces of a vocabulary with the special pieces first (ids 0 to 4), then the given ones: `tinyPieces('paris', '##s')`. */
export function tinyPieces(...pieces: string[]): string[] {
  return ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...pieces];
}

export function tinyVocabulary(...pieces: string[]): Vocabulary {
  return new Vocabulary(tinyPieces(...pieces));
}
