import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';
import { hasKernel, runKernel, runKernels } from '../kernels/run-kernel';
import { dropout } from './dropout';
import { siteKey, type DropoutPlace } from './dropout-hash';

/** Added to the score of a masked piece. Finite: a row of −∞ would be NaN after the softmax, and f32 swallows any score beside it. */
const MASKED = -1e9;

/** What attention needs beside the states. */
export interface AttentionSetting {
  batch: number;
  pieces: number;
  heads: number;
  /** f32[batch, 1, 1, pieces] from `attentionBias`. */
  bias: tf.Tensor4D;
  dropout?: { rate: number; place: DropoutPlace; rows: tf.Tensor1D };
}

/** 0 where a piece is real, −1e9 where it is padding. attentionMask f32[batch, pieces] → f32[batch, 1, 1, pieces]. */
export function attentionBias(attentionMask: tf.Tensor2D): tf.Tensor4D {
  const [batch, pieces] = attentionMask.shape;
  return tf.reshape<tf.Rank.R4>(tf.mul(tf.sub(1, attentionMask), MASKED), [batch, 1, 1, pieces]);
}

/**
 * dropout(softmax(q·kᵀ / √headWidth + bias))·v for each head (Vaswani et al. 2017, §3.2.1).
 *
 * query, key, value f32[batch · pieces, hidden] → f32[batch · pieces, hidden], heads side by side. Rows of padding mean nothing.
 */
export function attention(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  setting: AttentionSetting,
): tf.Tensor2D {
  if (hasKernel('Attention')) return attentionByHeads(query, key, value, setting);
  let weights = attentionWeights(query, key, setting);
  if (setting.dropout) {
    const { rate, place, rows } = setting.dropout;
    weights = dropout(weights, rate, place, rows);
  }
  return weighValues(weights, value, setting);
}

/** The whole of attention as one kernel, and its gradient as another, which computes the weights again: none of them is kept. */
function attentionByHeads(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  { heads, bias, dropout }: AttentionSetting,
): tf.Tensor2D {
  const rate = dropout?.rate ?? 0;
  const attributes = { heads, rate, key: dropout ? siteKey(dropout.place) : 0 };
  const rows = dropout ? { rows: dropout.rows } : {};
  return differentiable(
    [query, key, value],
    () => runKernel<tf.Tensor2D>('Attention', { query, key, value, bias, ...rows }, attributes),
    [query, key, value, bias, ...Object.values(rows)],
    (dContext, [query, key, value, bias, rows]) => {
      const inputs = { query, key, value, bias, dContext, ...(rows ? { rows } : {}) };
      return runKernels('AttentionGradient', inputs, attributes);
    },
  );
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
          setting.bias,
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

function splitHeads(states: tf.Tensor2D, { batch, pieces, heads }: AttentionSetting): tf.Tensor4D {
  return tf.reshape<tf.Rank.R4>(states, [batch, pieces, heads, states.shape[1] / heads]);
}

/** To f32[batch · pieces, hidden]; `order` brings the four dimensions to batch, pieces, heads, headWidth. */
function joinHeads(matrices: tf.Tensor, order: number[]): tf.Tensor2D {
  const ordered = tf.transpose(matrices, order);
  const [batch, pieces, heads, headWidth] = ordered.shape as [number, number, number, number];
  return tf.reshape<tf.Rank.R2>(ordered, [batch * pieces, heads * headWidth]);
}

/** Attention as tf ops, without dropout: the oracle. */
export function attentionPlain(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  setting: AttentionSetting,
): tf.Tensor2D {
  const scores = tf.mul(
    tf.matMul(rows(query, setting), rows(key, setting), false, true),
    1 / Math.sqrt(query.shape[1] / setting.heads),
  );
  const weights = tf.softmax(tf.add(scores, setting.bias));
  return joinHeads(tf.matMul(weights, rows(value, setting)), [0, 2, 1, 3]);
}
