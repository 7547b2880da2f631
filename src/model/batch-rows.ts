import { currentEngine } from '../engine/engine';
import { listOccurrences, placePieces, type Occurrences } from '../engine/ops/embedding';
import {
  planBatchRows,
  placeRows,
  takeRows,
  type RowNumbers,
  type TakeInts,
} from '../engine/ops/row-layout';
import type { EncoderInput } from './encoder';
import { countPieces, type ModelBatch } from './model-batch';

/** A batch as rows of pieces, still on the host. */
export interface BatchRows {
  layout: RowNumbers;
  /** i32[rows]: in the word-embedding table, each piece's row. */
  pieceIds: Int32Array;
  /** Where each row of the table occurs; only where the backend asks for it. */
  occurrences?: Occurrences;
}

/**
 * Lays a batch out as the backend in use wants it.
 *
 * @param entries rows of the word-embedding table
 * @param lookUp turns pieces into their rows in that table, in place
 */
export function planBatch(
  batch: ModelBatch,
  entries: number,
  lookUp: (pieceIds: Int32Array) => void,
  ints: TakeInts,
): BatchRows {
  const lengths = countPieces(batch);
  const sentences = batch.rows ?? lengths.map((_, row) => row);
  const layout = planBatchRows(lengths, sentences, batch.pieces, ints);
  const { indices } = layout;
  const pieceIds = takeRows(indices, batch.pieceIds, 0, ints('pieceIds', indices.length));
  lookUp(pieceIds);
  if (!currentEngine().traits.sumsByOccurrence) return { layout, pieceIds };
  return { layout, pieceIds, occurrences: listOccurrences(pieceIds, entries, ints) };
}

/** Puts it on the device. Inside `tf.tidy`. */
export function placeBatch({ layout, pieceIds, occurrences }: BatchRows): EncoderInput {
  return { pieces: placePieces(pieceIds, occurrences), layout: placeRows(layout) };
}
