import type * as tf from '@tensorflow/tfjs-core';
import { differentiableByName } from './differentiable';
import type { DeviceBatch } from './device-batch';
import type { DropoutPlace } from './dropout-hash';
import { runKernel } from './run-kernel';

/** Settings of the dropout of hidden states; `dropout-hash.ts` tells which elements it drops. */
export interface HiddenDropout {
  rate: number;
  place: DropoutPlace;
  batch: Pick<DeviceBatch, 'table'>;
}

/**
 * Drops hidden states (inverted dropout, Srivastava et al. 2014). The mask depends only on `place`, the sentence's index in the effective
 * batch, and the place inside the sentence. A rate of 0 returns `states` as they are.
 *
 * states f32[rows, width] → f32[rows, width].
 * @throws where the rate is not in [0, 1).
 */
export function dropHidden(states: tf.Tensor2D, dropout: HiddenDropout): tf.Tensor2D {
  const { rate, place, batch } = dropout;
  if (!(rate >= 0 && rate < 1)) throw new Error(`A dropout rate lies in [0, 1); got ${rate}.`);
  if (rate === 0) return states;
  const rows = { table: batch.table };
  // The mask is hashed again rather than kept: it costs less than the memory it would hold until the backward pass.
  return differentiableByName(
    [states],
    () => ({
      output: runKernel('RowDropout', { x: states, ...rows }, { rate, place }),
      kept: rows,
    }),
    (dy, rows) => [runKernel('RowDropout', { x: dy, ...rows }, { rate, place })],
  );
}
