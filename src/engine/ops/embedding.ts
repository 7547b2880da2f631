import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runKernels } from './run-kernel';
import { differentiableByName } from './differentiable';
import { gatherRows } from './gather-rows';
import type { DeviceBatch } from './device-batch';

/** Tables of BERT's input, each f32[entries, hidden]. */
export interface EmbeddingTables {
  words: tf.Tensor2D;
  /** Parts of the table of words behind `words`, in order, where a GPU has no buffer for all of it. */
  moreWords?: readonly tf.Tensor2D[];
  positions: tf.Tensor2D;
  /** Table of token types; absent in an encoder that knows none. */
  tokenTypes?: tf.Tensor2D;
}

/**
 * Computes words[pieceId] + positions[place in the sentence] + tokenTypes[0], where there are token types: BERT's input before its layer norm (Devlin et al. 2019, figure 2),
 * for single sentences.
 *
 * → f32[rows, hidden].
 */
export function embed(
  tables: EmbeddingTables,
  { pieceIds, pieceStarts, pieceRows, starts, table }: Omit<DeviceBatch, 'rows' | 'longest'>,
): tf.Tensor2D {
  const { moreWords = [], ...rest } = tables;
  if (!pieceStarts || !pieceRows) return embedPlain(tables, pieceIds, table);
  const parts = moreWords.map((part, index) => [`words${index + 1}`, part] as const);
  const named = { ...rest, ...Object.fromEntries(parts) };
  const entries = Object.fromEntries(
    Object.entries(named).map(([name, { shape }]) => [name, shape[0]]),
  );
  return differentiableByName(
    Object.values(named),
    () => ({
      output: runKernel('Embed', { ...named, pieceIds, table }),
      kept: { pieceStarts, pieceRows, sentenceStarts: starts },
    }),
    (dy, kept) => runKernels('EmbedGradient', { ...kept, dy }, entries),
  );
}

/** Computes the same by three look-ups, for words in one table: the oracle of the kernels. */
export function embedPlain(
  tables: Omit<EmbeddingTables, 'moreWords'>,
  pieceIds: tf.Tensor1D,
  table: tf.Tensor2D,
): tf.Tensor2D {
  const places = tf.slice(table, [0, 0], [-1, 1]);
  const words = gatherRows(tables.words, pieceIds);
  const positions = gatherRows(tables.positions, tf.reshape(places, [-1]));
  const sum = tf.add<tf.Tensor2D>(words, positions); // [rows, hidden]
  if (!tables.tokenTypes) return sum;
  return tf.add(sum, tf.slice(tables.tokenTypes, [0, 0], [1, tables.words.shape[1]]));
}
