import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from '../kernels/run-kernel';
import { differentiable } from './differentiable';

/** The tables of BERT's input, each f32[entries, hidden]. */
export interface EmbeddingTables {
  words: tf.Tensor2D;
  positions: tf.Tensor2D;
  tokenTypes: tf.Tensor2D;
}

/**
 * words[pieceId] + positions[place in the sentence] + tokenTypes[0]: BERT's input before its layer norm (Devlin et al. 2019, figure 2),
 * for single sentences.
 *
 * pieceIds i32[batch, pieces] → f32[batch, pieces, hidden]. The caller checks the ids: WebGPU reads 0 for one out of range, silently.
 */
export function embed(tables: EmbeddingTables, pieceIds: tf.Tensor2D): tf.Tensor3D {
  const [batch, pieces] = pieceIds.shape;
  const hidden = tables.words.shape[1];
  const words = gatherRows(tables.words, tf.reshape<tf.Rank.R1>(pieceIds, [batch * pieces]));
  const positions = tf.slice(tables.positions, [0, 0], [pieces, hidden]);
  const firstType = tf.slice(tables.tokenTypes, [0, 0], [1, hidden]);
  return tf.add(tf.reshape(words, [batch, pieces, hidden]), tf.add(positions, firstType));
}

/**
 * rows[i] = table[ids[i]], whose gradient is one segment sum; `tf.gather`'s copies the whole table twice more.
 *
 * table f32[entries, width], ids i32[rows] → f32[rows, width].
 */
function gatherRows(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const entries = table.shape[0];
  return differentiable(
    [table],
    () =>
      hasKernel('GatherRows') ? runKernel('GatherRows', { table, ids }) : tf.gather(table, ids),
    [ids],
    (dRows, [ids]) => [tf.unsortedSegmentSum(dRows, ids, entries)],
  );
}
