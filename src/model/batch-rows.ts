import {
  listOccurrences,
  needsOccurrences,
  placePieces,
  type Occurrences,
} from '../engine/ops/embedding';
import { planBatchRows, placeRows, type RowNumbers } from '../engine/ops/row-layout';
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
 * @param lookUp from pieces to their rows in the word-embedding table
 * @param pieceStarts i32[rows of that table + 1], which become the occurrences' `starts`
 */
export function planBatch(
  batch: ModelBatch,
  lookUp: (pieceIds: Int32Array) => Int32Array,
  pieceStarts: Int32Array,
): BatchRows {
  const lengths = countPieces(batch);
  const sentences = batch.rows ?? lengths.map((_, row) => row);
  const layout = planBatchRows(lengths, sentences, batch.pieces);
  const pieceIds = lookUp(layout.indices.map((index) => (index < 0 ? 0 : batch.pieceIds[index]!)));
  if (!needsOccurrences()) return { layout, pieceIds };
  return {
    layout,
    pieceIds,
    occurrences: listOccurrences(pieceIds, pieceStarts.length - 1, pieceStarts),
  };
}

/** Puts it on the device. Inside `tf.tidy`. */
export function placeBatch({ layout, pieceIds, occurrences }: BatchRows): EncoderInput {
  return { pieces: placePieces(pieceIds, occurrences), layout: placeRows(layout) };
}
