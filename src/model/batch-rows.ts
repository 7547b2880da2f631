import { listOccurrences, placePieces, type Occurrences } from '../engine/ops/embedding';
import { planBatchRows, placeRows, type RowNumbers } from '../engine/ops/row-layout';
import type { EncoderInput } from './encoder';
import { countPieces, type ModelBatch } from './model-batch';

/** A batch as rows of pieces, still on the host. */
export interface BatchRows {
  layout: RowNumbers;
  /** i32[rows] */
  pieceIds: Int32Array;
  /** Where each entry of the vocabulary occurs. */
  occurrences: Occurrences;
}

/** Lays a batch out as the backend in use wants it. */
export function planBatch(batch: ModelBatch, vocabularySize: number): BatchRows {
  const lengths = countPieces(batch);
  const sentences = batch.rows ?? lengths.map((_, row) => row);
  const layout = planBatchRows(lengths, sentences, batch.pieces);
  const pieceIds = layout.indices.map((index) => (index < 0 ? 0 : batch.pieceIds[index]!));
  return { layout, pieceIds, occurrences: listOccurrences(pieceIds, vocabularySize) };
}

/** Puts it on the device. Inside `tf.tidy`. */
export function placeBatch({ layout, pieceIds, occurrences }: BatchRows): EncoderInput {
  return { pieces: placePieces(pieceIds, occurrences), layout: placeRows(layout) };
}
