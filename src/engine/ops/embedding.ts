import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from './gather-rows';

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
 * pieceIds, places i32[rows] → f32[rows, hidden]. The caller checks the ids: WebGPU reads 0 for one out of range, silently.
 */
export function embed(
  tables: EmbeddingTables,
  pieceIds: tf.Tensor1D,
  places: tf.Tensor1D,
): tf.Tensor2D {
  const words = gatherRows(tables.words, pieceIds);
  const positions = gatherRows(tables.positions, places);
  const firstType = tf.slice(tables.tokenTypes, [0, 0], [1, tables.words.shape[1]]);
  return tf.add(tf.add(words, positions), firstType);
}
