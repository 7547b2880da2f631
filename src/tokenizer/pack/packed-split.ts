/**
 * One split of a corpus as a model reads it: everything flat, so it crosses a worker boundary and IndexedDB without work per sentence.
 * Sentence `i` owns `pieceIds[pieceOffsets[i] .. pieceOffsets[i + 1])`, and likewise for words and spans.
 */
export interface PackedSplit {
  sentences: number;
  /** `[CLS] pieces [SEP]` of every sentence, cut to the window. */
  pieceIds: Int32Array;
  pieceOffsets: Int32Array; // [sentences + 1]
  /** Place of each word's first piece in its sentence's pieces; -1 beyond the window or without pieces. */
  firstPieces: Int32Array;
  wordOffsets: Int32Array; // [sentences + 1]
  /** Gold spans in words of their sentence, half-open, labels as indices into the corpus' labels. */
  spanStarts: Int32Array;
  spanEnds: Int32Array;
  spanLabels: Int32Array;
  spanOffsets: Int32Array; // [sentences + 1]
}

/** Counts the pieces of a sentence, [CLS] and [SEP] included. */
export function countPieces(split: PackedSplit, sentence: number): number {
  return split.pieceOffsets[sentence + 1]! - split.pieceOffsets[sentence]!;
}

/** Collects the word pieces of some splits, each once. */
export function distinctPieces(...splits: readonly PackedSplit[]): Set<number> {
  const pieces = new Set<number>();
  for (const { pieceIds } of splits) for (const id of pieceIds) pieces.add(id);
  return pieces;
}
