import {
  layOutRows,
  listOccurrences,
  longestOf,
  placeBatch,
  placeRows,
  type DeviceBatch,
  type SentenceRows,
} from '../../src/engine/ops/device-batch';

/** Lists where sentences of so many pieces begin: i32[sentences + 1]. */
export function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  lengths.forEach((length, i) => (offsets[i + 1] = offsets[i]! + length));
  return offsets;
}

/** Puts the rows of sentences of so many pieces on the backend in use, without fillers. */
export function placeSentences(
  lengths: readonly number[],
  sentenceIndices: ArrayLike<number> = lengths.map((_, i) => i),
): SentenceRows {
  const offsets = offsetsOf(lengths);
  return placeRows(layOutRows(offsets, sentenceIndices), longestOf(offsets));
}

/** Puts sentences with their pieces there; occurrences are told where `entries` says how many rows the word table has. */
export function placePieces(
  lengths: readonly number[],
  pieceIds: Int32Array,
  entries?: number,
): DeviceBatch {
  const offsets = offsetsOf(lengths);
  const rows = layOutRows(
    offsets,
    lengths.map((_, i) => i),
  );
  const occurrences = entries === undefined ? {} : listOccurrences(pieceIds, entries);
  return placeBatch({ ...rows, pieceIds, ...occurrences }, longestOf(offsets));
}

/** Lists the sentence of each row, and its place there. */
export function listPlaces(lengths: readonly number[]): { sentence: number; place: number }[] {
  return lengths.flatMap((length, sentence) =>
    Array.from({ length }, (_, place) => ({ sentence, place })),
  );
}
