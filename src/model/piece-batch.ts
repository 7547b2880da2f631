import type { BertConfig } from './bert-config';

/** Sentences as the model reads them, padded to one length. Token types are all 0. */
export interface ModelBatch {
  batch: number;
  pieces: number;
  pieceIds: Int32Array; // [batch · pieces]
  attentionMask: Int32Array; // [batch · pieces], 1 for a piece and 0 for the padding behind
  /** Each sentence's row in the effective batch, which decides its dropout mask; undefined counts from 0. */
  rows?: Int32Array; // [batch]
}

/**
 * Checks a batch against the model before it reaches a device, where an id out of range would read 0 in silence.
 *
 * @throws with what was expected and what came.
 */
export function checkBatch(
  { batch, pieces, pieceIds, attentionMask, rows }: ModelBatch,
  config: BertConfig,
): void {
  if (pieces > config.maxPositions) {
    throw new Error(
      `The encoder reads at most ${config.maxPositions} pieces, but the batch has ${pieces}; choose a smaller window.`,
    );
  }
  for (const [name, length] of [
    ['pieceIds', pieceIds.length],
    ['attentionMask', attentionMask.length],
  ] as const) {
    if (length !== batch * pieces)
      throw new Error(`${name}: expected ${batch} × ${pieces} numbers, got ${length}.`);
  }
  if (rows && rows.length !== batch)
    throw new Error(`rows: expected one for each of ${batch} sentences, got ${rows.length}.`);
  // Plain loops: this is done before every step, and a call for each piece costs as much as laying the batch out.
  const gap = findGap(attentionMask, pieces);
  if (gap >= 0)
    throw new Error(
      `attentionMask: sentence ${Math.floor(gap / pieces)} has a piece behind padding, at ${gap % pieces}.`,
    );
  let stranger = 0;
  while (pieceIds[stranger]! >= 0 && pieceIds[stranger]! < config.vocabularySize) stranger++;
  if (stranger < pieceIds.length) {
    throw new Error(
      `Piece ${stranger % pieces} of sentence ${Math.floor(stranger / pieces)} has id ${pieceIds[stranger]}, ` +
        `but the encoder's vocabulary has ${config.vocabularySize} entries; tokenize with the encoder's own vocabulary.`,
    );
  }
}

/** Where a piece stands behind padding; -1 where none does. */
function findGap(attentionMask: Int32Array, pieces: number): number {
  for (let first = 0; first < attentionMask.length; first += pieces) {
    for (let i = first + 1; i < first + pieces; i++)
      if (attentionMask[i] === 1 && attentionMask[i - 1] === 0) return i;
  }
  return -1;
}

/** Pieces of each sentence, padding left out: i32[batch]. */
export function countPieces({ batch, pieces, attentionMask }: ModelBatch): Int32Array {
  const lengths = new Int32Array(batch);
  for (let i = 0; i < attentionMask.length; i++)
    lengths[Math.floor(i / pieces)]! += attentionMask[i]!;
  return lengths;
}
