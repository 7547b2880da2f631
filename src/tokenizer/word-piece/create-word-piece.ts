import type { AddedPiece } from '../added-pieces';
import type { TextPreparation } from '../preparation/text-preparation';
import { flagOf } from '../preparation/read-steps';
import { PreparedTokenizer } from '../prepared-tokenizer';
import type { SpecialPieces, Tokenizer } from '../tokenizer';
import { matchPieces } from './match-pieces';
import { Vocabulary } from './vocabulary';
import { type WordPieceOptions, WordPieceTokenizer } from './word-piece';

/** A WordPiece tokenizer as it is kept. */
export interface KeptWordPiece {
  vocabulary: readonly string[];
  lowercase: boolean;
  addedPieces?: readonly AddedPiece[];
  specialPieces?: SpecialPieces;
  wordPiece?: TextPreparation;
}

/** Makes a WordPiece tokenizer: BERT's own, which is the fastest, wherever the text is prepared as BERT does. */
export function createWordPiece(kept: KeptWordPiece): Tokenizer {
  const { vocabulary: pieces, addedPieces = [], specialPieces, wordPiece } = kept;
  const outside = addedPieces.flatMap(({ id, inVocabulary }) => (inVocabulary ? [] : [id]));
  const vocabulary = new Vocabulary(pieces, { outside: new Set(outside), specialPieces });
  const options = bertOptionsOf(kept);
  if (options) return new WordPieceTokenizer(vocabulary, { ...options, addedPieces });
  const { unknownId, classifierId, separatorId, paddingId } = vocabulary;
  return new PreparedTokenizer(pieces, {
    model: { encode: (word) => matchPieces(word, vocabulary) },
    preparation: wordPiece!,
    specialIds: { unknownId, classifierId, separatorId, paddingId },
    rawPieces: vocabulary.specialNames,
    addedPieces,
  });
}

/** Says how BERT's own tokenizer prepares a text so; undefined where it cannot. */
function bertOptionsOf({ lowercase, wordPiece }: KeptWordPiece): WordPieceOptions | undefined {
  if (!wordPiece) return { lowercase };
  const { normalizer, preTokenizer } = wordPiece;
  const isBert =
    preTokenizer?.['type'] === 'BertPreTokenizer' && normalizer?.['type'] === 'BertNormalizer';
  if (!isBert || !flagOf(normalizer, 'clean_text', true)) return undefined;
  return {
    lowercase: flagOf(normalizer, 'lowercase', true),
    stripAccents: flagOf(normalizer, 'strip_accents', lowercase),
    chineseCharacters: flagOf(normalizer, 'handle_chinese_chars', true),
  };
}
