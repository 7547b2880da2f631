import type { BertConfig } from './bert-config';

/** Sentences as the model reads them, one behind the other, without padding. Token types are all 0. */
export interface PieceBatch {
  /** i32[pieces]: `[CLS] pieces [SEP]` of each sentence. */
  pieceIds: Int32Array;
  /** i32[sentences + 1], from 0: sentence s has the pieces from `offsets[s]` up to `offsets[s + 1]`. */
  offsets: Int32Array;
  /** i32[sentences]: each sentence's index in the effective batch, which decides its dropout mask; absent counts from 0. */
  sentenceIndices?: Int32Array;
}

/**
 * Puts sentences behind one another.
 *
 * @example joinSentences([[2, 10, 3], [2, 3]]) // { pieceIds: [2, 10, 3, 2, 3], offsets: [0, 3, 5] }
 */
export function joinSentences(sentences: readonly ArrayLike<number>[]): PieceBatch {
  const offsets = new Int32Array(sentences.length + 1);
  sentences.forEach(({ length }, i) => (offsets[i + 1] = offsets[i]! + length));
  const pieceIds = new Int32Array(offsets[sentences.length]!);
  sentences.forEach((sentence, i) => pieceIds.set(sentence, offsets[i]));
  return { pieceIds, offsets };
}

/**
 * Checks a batch against the model before it reaches a device, where an id out of range would read 0 in silence.
 *
 * @throws with what was expected and what came.
 */
export function checkBatch(
  { pieceIds, offsets, sentenceIndices }: PieceBatch,
  config: BertConfig,
): void {
  const sentences = offsets.length - 1;
  if (offsets[0] !== 0 || offsets[sentences] !== pieceIds.length) {
    throw new Error(
      `offsets: expected 0 to ${pieceIds.length} pieces, got ${offsets[0]} to ${offsets[sentences]}.`,
    );
  }
  // Plain loops: this is done before every step, and a call for each piece costs as much as laying the batch out.
  for (let sentence = 0; sentence < sentences; sentence++) {
    const pieces = offsets[sentence + 1]! - offsets[sentence]!;
    if (pieces < 0) throw new Error(`offsets: sentence ${sentence} ends before it begins.`);
    if (pieces <= config.maxPositions) continue;
    throw new Error(
      `The encoder reads at most ${config.maxPositions} pieces, but sentence ${sentence} has ${pieces}; choose a smaller window.`,
    );
  }
  if (sentenceIndices && sentenceIndices.length !== sentences) {
    throw new Error(
      `sentenceIndices: expected one for each of ${sentences} sentences, got ${sentenceIndices.length}.`,
    );
  }
  let stranger = 0;
  while (pieceIds[stranger]! >= 0 && pieceIds[stranger]! < config.vocabularySize) stranger++;
  if (stranger < pieceIds.length) {
    const sentence = offsets.findLastIndex((start) => start <= stranger);
    throw new Error(
      `Piece ${stranger - offsets[sentence]!} of sentence ${sentence} has id ${pieceIds[stranger]}, ` +
        `but the encoder's vocabulary has ${config.vocabularySize} entries; tokenize with the encoder's own vocabulary.`,
    );
  }
}
