import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './run-kernel';
import { differentiable } from './differentiable';

/**
 * Picks rows: rows[i] = table[ids[i]]. The gradient is one segment sum; that of `tf.gather` copies the whole table twice more.
 *
 * table f32[entries, width], ids i32[rows] → f32[rows, width].
 */
export function gatherRows(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  const entries = table.shape[0];
  return differentiable(
    [table],
    () => pick(table, ids),
    [ids],
    (dRows, [ids]) => [tf.unsortedSegmentSum(dRows, ids, entries)],
  );
}

function pick(table: tf.Tensor2D, ids: tf.Tensor1D): tf.Tensor2D {
  return hasKernel('GatherRows') ? runKernel('GatherRows', { table, ids }) : tf.gather(table, ids);
}
