import * as tf from '@tensorflow/tfjs-core';
import { differentiableByName } from './differentiable';
import type { DeviceBatch } from './device-batch';
import type { DropoutPlace } from './dropout-hash';
import { runKernel, runKernels } from './run-kernel';

/** Settings of attention: all that it needs beside the states. */
export interface AttentionSetting {
  heads: number;
  batch: Pick<DeviceBatch, 'starts' | 'table' | 'longest'>;
  dropout?: { rate: number; place: DropoutPlace };
}

/**
 * Computes dropout(softmax(q·kᵀ / √headWidth))·v for each head, inside each sentence (Vaswani et al. 2017, §3.2.1).
 *
 * It is one kernel, and its gradient another, which makes the weights again: none of them is kept.
 *
 * qkv f32[3, rows, hidden] → f32[rows, hidden], heads side by side. Rows of fillers mean nothing.
 */
export function attention(
  qkv: tf.Tensor3D,
  { heads, batch, dropout }: AttentionSetting,
): tf.Tensor2D {
  const { starts, table, longest } = batch;
  const attributes = { heads, longest, rate: dropout?.rate ?? 0, place: dropout?.place };
  return differentiableByName(
    [qkv],
    () => {
      const [context, sums] = runKernels('Attention', { qkv, starts, table }, attributes);
      const kept = { qkv, starts, table, ...(sums ? { context, sums } : {}) };
      return { output: context, kept };
    },
    (dContext, kept) => [runKernel('AttentionGradient', { ...kept, dContext }, attributes)],
  );
}
