/** Pieces of one text, without special ones at its ends; all arrays have their length. */
export interface TextEncoding {
  pieceIds: number[];
  /** UTF-16 code units of the text, half-open. */
  starts: number[];
  ends: number[];
}

/** Adds a piece that covers text[start, end). */
export function pushPiece(encoding: TextEncoding, id: number, start: number, end: number): void {
  encoding.pieceIds.push(id);
  encoding.starts.push(start);
  encoding.ends.push(end);
}

/** Adds the pieces of a part of the text that begins at `offset`. */
export function pushPart(encoding: TextEncoding, part: TextEncoding, offset: number): void {
  const { pieceIds, starts, ends } = part;
  for (let i = 0; i < pieceIds.length; i++) {
    pushPiece(encoding, pieceIds[i]!, offset + starts[i]!, offset + ends[i]!);
  }
}

/** A pre-split sentence as the model reads it. */
export interface EncodedSentence {
  /** `[CLS] pieces [SEP]`, at most `maxPieces` long. */
  pieceIds: Int32Array;
  /** i32[words]: where in `pieceIds` each word's first piece stands; -1 for a word beyond the window or without pieces. */
  firstPieces: Int32Array;
}
