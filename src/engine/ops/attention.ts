import * as tf from '@tensorflow/tfjs-core';
import { differentiable, differentiableByName } from './differentiable';
import { hasKernel, runKernel, runKernels } from './run-kernel';
import { dropout } from './dropout';
import type { DropoutPlace } from './dropout-hash';
import type { RowLayout } from './device-batch';

/** What attention needs beside the states. */
export interface AttentionSetting {
  heads: number;
  layout: RowLayout;
  dropout?: { rate: number; place: DropoutPlace };
}

/**
 * dropout(softmax(q·kᵀ / √headWidth + bias))·v for each head (Vaswani et al. 2017, §3.2.1).
 *
 * qkv f32[3, rows, hidden] → f32[rows, hidden], heads side by side. Rows of padding mean nothing.
 */
export function attention(qkv: tf.Tensor3D, setting: AttentionSetting): tf.Tensor2D {
  if (hasKernel('Attention')) return attentionByHeads(qkv, setting);
  const [query, key, value] = tf.unstack(qkv) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  let weights = attentionWeights(query, key, setting);
  if (setting.dropout) {
    const { rate, place } = setting.dropout;
    weights = dropout(weights, rate, place, padded(setting.layout).sentences);
  }
  return weighValues(weights, value, setting);
}

/** The whole of attention as one kernel, and its gradient as another, which makes the weights again: none of them is kept. */
function attentionByHeads(
  qkv: tf.Tensor3D,
  { heads, layout, dropout }: AttentionSetting,
): tf.Tensor2D {
  const { starts, table, longest } = layout;
  const rows = { starts, table };
  const attributes = { heads, longest, rate: dropout?.rate ?? 0, place: dropout?.place };
  return differentiableByName(
    [qkv],
    () => {
      const [context, sums] = runKernels('Attention', { qkv, ...rows }, attributes);
      const kept = { qkv, ...rows, ...(sums ? { context: context!, sums } : {}) };
      return { output: context as tf.Tensor2D, kept };
    },
    (dContext, kept) => [runKernel('AttentionGradient', { ...kept, dContext }, attributes)],
  );
}

/** @throws where the rows are not padded: only the kernel does without. */
function padded({ padded }: RowLayout): NonNullable<RowLayout['padded']> {
  if (!padded) throw new Error('Attention as tf ops needs padded rows.');
  return padded;
}

/** softmax(q·kᵀ / √headWidth + bias) → f32[batch, heads, pieces, pieces]. Of what it computes, only the result is kept for the backward pass. */
function attentionWeights(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  setting: AttentionSetting,
): tf.Tensor4D {
  const scale = 1 / Math.sqrt(query.shape[1] / setting.heads);
  return differentiable(
    [query, key],
    () =>
      tf.softmax(
        tf.add<tf.Tensor4D>(
          tf.matMul(rows(tf.mul(query, scale), setting), columns(key, setting)),
          padded(setting.layout).bias,
        ),
      ),
    (weights) => [query, key, weights] as const,
    (dWeights, [query, key, weights]) => {
      const weighted = tf.mul(dWeights, weights);
      const dScores = tf.mul(tf.sub(weighted, tf.mul(weights, tf.sum(weighted, -1, true))), scale);
      const dQuery = tf.matMul(dScores, rows(key, setting));
      const dKey = tf.matMul(columns(query, setting), dScores); // f32[batch, heads, headWidth, pieces]
      return [joinHeads(dQuery, [0, 2, 1, 3]), joinHeads(dKey, [0, 3, 1, 2])];
    },
  );
}

/** weights·v for each head, side by side. */
function weighValues(
  weights: tf.Tensor4D,
  value: tf.Tensor2D,
  setting: AttentionSetting,
): tf.Tensor2D {
  return differentiable(
    [weights, value],
    () => joinHeads(tf.matMul(weights, rows(value, setting)), [0, 2, 1, 3]),
    [weights, value],
    (dContext, [weights, value]) => {
      const dWeights = tf.matMul(rows(dContext, setting), columns(value, setting));
      const dValue = tf.matMul(columns(dContext, setting), weights); // f32[batch, heads, headWidth, pieces]
      return [dWeights, joinHeads(dValue, [0, 3, 1, 2])];
    },
  );
}

// States as the matrices of each head. Both passes choose the one that needs no transpose inside a product: the matrices of attention
// weights, the largest tensors here, are never transposed.

/** f32[batch · pieces, hidden] → f32[batch, heads, pieces, headWidth]. */
function rows(states: tf.Tensor2D, setting: AttentionSetting): tf.Tensor4D {
  return tf.transpose(splitHeads(states, setting), [0, 2, 1, 3]);
}

/** f32[batch · pieces, hidden] → f32[batch, heads, headWidth, pieces]. */
function columns(states: tf.Tensor2D, setting: AttentionSetting): tf.Tensor4D {
  return tf.transpose(splitHeads(states, setting), [0, 2, 3, 1]);
}

function splitHeads(states: tf.Tensor2D, { layout, heads }: AttentionSetting): tf.Tensor4D {
  const { batch, longest } = layout;
  return tf.reshape<tf.Rank.R4>(states, [batch, longest, heads, states.shape[1] / heads]);
}

/** To f32[batch · pieces, hidden]; `order` brings the four dimensions to batch, pieces, heads, headWidth. */
function joinHeads(matrices: tf.Tensor, order: number[]): tf.Tensor2D {
  const ordered = tf.transpose(matrices, order);
  const [batch, pieces, heads, headWidth] = ordered.shape as [number, number, number, number];
  return tf.reshape<tf.Rank.R2>(ordered, [batch * pieces, heads * headWidth]);
}

/** Attention as tf ops, without dropout: the oracle. */
export function attentionPlain(qkv: tf.Tensor3D, setting: AttentionSetting): tf.Tensor2D {
  const [query, key, value] = tf.unstack(qkv) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
  const scores = tf.mul(
    tf.matMul(rows(query, setting), rows(key, setting), false, true),
    1 / Math.sqrt(query.shape[1] / setting.heads),
  );
  const weights = tf.softmax(tf.add(scores, padded(setting.layout).bias));
  return joinHeads(tf.matMul(weights, rows(value, setting)), [0, 2, 1, 3]);
}
