import type { TextEncoding } from './encoding';

/** Ids of the pieces that stand for no text. */
export interface SpecialIds {
  /** Id of the piece before every sentence, [CLS] or <s>. */
  readonly classifierId: number;
  /** Id of the piece behind every sentence, [SEP] or </s>. */
  readonly separatorId: number;
  readonly paddingId: number;
  readonly unknownId: number;
}

/** Names of the pieces that stand for no text. */
export interface SpecialPieces {
  classifier: string;
  separator: string;
  padding: string;
  unknown: string;
}

/** Cuts words into the pieces of an encoder's vocabulary. */
export interface WordTokenizer {
  readonly vocabulary: SpecialIds & {
    /** Pieces in the order of their ids. */
    readonly pieces: readonly string[];
  };
  /** Encodes one corpus word by itself: what `is_split_into_words` means. The array is shared; do not change it. */
  encodeWord(word: string): readonly number[];
}

/** Cuts text into the pieces of an encoder's vocabulary; what every kind of tokenizer does. */
export interface Tokenizer extends WordTokenizer {
  /**
   * Encodes a text; each piece knows the characters it was made of.
   *
   * @example encodeText('Wien liegt') // pieceIds of Wien, lie, ##gt; starts [0, 5, 8]; ends [4, 8, 10]
   */
  encodeText(text: string): TextEncoding;
}
