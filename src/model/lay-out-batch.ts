import { currentEngine } from '../engine/engine';
import {
  layOutRows,
  listOccurrences,
  longestOf,
  sizeOnDevice,
  type BatchArrays,
  type TakeInts,
} from '../engine/ops/device-batch';
import type { PieceBatch } from './piece-batch';

/** A batch as the backend in use reads it, still on the host. */
export interface BatchLayout {
  arrays: BatchArrays;
  /** Pieces of the longest sentence. */
  longest: number;
}

/**
 * Lays a batch out as the backend in use wants it; fillers are pieces of id 0.
 *
 * @param entries rows of the word-embedding table on the device
 * @param lookUp turns pieces into their rows in that table, in place
 */
export function layOutBatch(
  { pieceIds, offsets, sentenceIndices }: PieceBatch,
  entries: number,
  lookUp: (pieceIds: Int32Array) => void,
  ints: TakeInts,
): BatchLayout {
  const sentences = offsets.length - 1;
  const size = sizeOnDevice(pieceIds.length, sentences);
  const rows = layOutRows(offsets, sentenceIndices ?? countUp(sentences), size, ints);
  const entriesOfRows = ints('pieceIds', size.rows);
  entriesOfRows.set(pieceIds);
  entriesOfRows.fill(0, pieceIds.length);
  lookUp(entriesOfRows);
  const arrays: BatchArrays = { ...rows, pieceIds: entriesOfRows };
  if (currentEngine().traits.sumsByOccurrence)
    Object.assign(arrays, listOccurrences(entriesOfRows, entries, ints));
  return { arrays, longest: longestOf(offsets) };
}

function countUp(length: number): Int32Array {
  return Int32Array.from({ length }, (_, index) => index);
}
