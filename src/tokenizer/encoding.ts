/** WordPiece of one text; all arrays have the length of the pieces, without [CLS] and [SEP]. */
export interface TextEncoding {
  pieceIds: number[];
  /** UTF-16 code units of the text, half-open. */
  starts: number[];
  ends: number[];
}

/** A pre-split sentence as the model reads it. */
export interface EncodedSentence {
  /** `[CLS] pieces [SEP]`, at most `maxPieces` long. */
  pieceIds: Int32Array;
  /** i32[words]: where in `pieceIds` each word's first piece stands; -1 for a word beyond the window or without pieces. */
  firstPieces: Int32Array;
}
