import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runKernels } from './run-kernel';
import { differentiableByName } from './differentiable';
import { gatherRows } from './gather-rows';
import { freshInts, type RowLayout, type TakeInts } from './row-layout';

/** The tables of BERT's input, each f32[entries, hidden]. */
export interface EmbeddingTables {
  words: tf.Tensor2D;
  /** The rows behind those of `words`, where a GPU has no buffer for all: in order, each in a tensor of its own. */
  moreWords?: readonly tf.Tensor2D[];
  positions: tf.Tensor2D;
  tokenTypes: tf.Tensor2D;
}

/** The word pieces of a batch. */
export interface PieceRows {
  /** i32[rows]. The caller checks the ids: WebGPU reads 0 for one out of range, silently. */
  pieceIds: tf.Tensor1D;
  /** For a gradient that sums in order; only where a kernel asks for it. */
  occurrences?: { starts: tf.Tensor1D; rows: tf.Tensor1D };
}

/** Where each piece occurs. */
export interface Occurrences {
  /** i32[entries + 1]: where a piece's rows begin in `rows`. */
  starts: Int32Array;
  /** i32[rows]: the rows of each piece in their order, one piece after the other. */
  rows: Int32Array;
}

/** Puts the pieces of a batch on the device. Inside `tf.tidy`. */
export function placePieces(pieceIds: Int32Array, occurrences?: Occurrences): PieceRows {
  const ints = (numbers: Int32Array) => tf.tensor1d(numbers, 'int32');
  const pieces: PieceRows = { pieceIds: ints(pieceIds) };
  if (occurrences) {
    pieces.occurrences = { starts: ints(occurrences.starts), rows: ints(occurrences.rows) };
  }
  return pieces;
}

/** By a counting sort, from the last row to the first, so that where a piece's rows end becomes where they begin. */
export function listOccurrences(
  pieceIds: Int32Array,
  entries: number,
  ints: TakeInts = freshInts,
): Occurrences {
  const starts = ints('pieceStarts', entries + 1).fill(0);
  for (const id of pieceIds) starts[id]!++;
  let end = 0;
  for (let id = 0; id <= entries; id++) starts[id] = end += starts[id]!;
  const rows = ints('pieceRows', pieceIds.length);
  for (let row = rows.length - 1; row >= 0; row--) rows[--starts[pieceIds[row]!]!] = row;
  return { starts, rows };
}

/**
 * words[pieceId] + positions[place in the sentence] + tokenTypes[0]: BERT's input before its layer norm (Devlin et al. 2019, figure 2),
 * for single sentences.
 *
 * → f32[rows, hidden].
 */
export function embed(
  tables: EmbeddingTables,
  pieces: PieceRows,
  { starts, table }: RowLayout,
): tf.Tensor2D {
  const { moreWords = [], ...rest } = tables;
  const { pieceIds, occurrences } = pieces;
  if (!occurrences) return embedPlain(tables, pieceIds, table);
  const parts = moreWords.map((part, index) => [`words${index + 1}`, part] as const);
  const named = { ...rest, ...Object.fromEntries(parts) };
  const entries = Object.fromEntries(
    Object.entries(named).map(([name, { shape }]) => [name, shape[0]]),
  );
  return differentiableByName(
    Object.values(named),
    () => ({
      output: runKernel('Embed', { ...named, pieceIds, table }),
      kept: {
        pieceStarts: occurrences.starts,
        pieceRows: occurrences.rows,
        sentenceStarts: starts,
      },
    }),
    (dy, kept) => runKernels('EmbedGradient', { ...kept, dy }, entries),
  );
}

/** The same of three look-ups; the words are in one table. */
export function embedPlain(
  tables: Omit<EmbeddingTables, 'moreWords'>,
  pieceIds: tf.Tensor1D,
  table: tf.Tensor2D,
): tf.Tensor2D {
  const places = tf.slice(table, [0, 0], [-1, 1]);
  const words = gatherRows(tables.words, pieceIds);
  const positions = gatherRows(tables.positions, tf.reshape(places, [-1]));
  const firstType = tf.slice(tables.tokenTypes, [0, 0], [1, tables.words.shape[1]]);
  return tf.add(tf.add(words, positions), firstType);
}
