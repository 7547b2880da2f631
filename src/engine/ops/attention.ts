import * as tf from '@tensorflow/tfjs-core';
import type { DropoutPlace } from './dropout-hash';
import { dropout } from './dropout';

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
 * softmax(q·kᵀ / √headWidth + bias)·v for each head (Vaswani et al. 2017, §3.2), with dropout on the softmax.
 *
 * query, key, value f32[batch · pieces, hidden] → f32[batch · pieces, hidden], heads side by side.
 */
export function attention(
  query: tf.Tensor2D,
  key: tf.Tensor2D,
  value: tf.Tensor2D,
  setting: AttentionSetting,
): tf.Tensor2D {
  const { batch, pieces, heads, bias } = setting;
  const hidden = query.shape[1];
  const headWidth = hidden / heads;
  const splitHeads = (states: tf.Tensor2D) =>
    tf.transpose(tf.reshape<tf.Rank.R4>(states, [batch, pieces, heads, headWidth]), [0, 2, 1, 3]);
  // Scaling the query touches heads · pieces fewer numbers than scaling the scores.
  const scaled = tf.mul<tf.Tensor2D>(query, 1 / Math.sqrt(headWidth));
  const scores = tf.add<tf.Tensor4D>(
    tf.matMul(splitHeads(scaled), splitHeads(key), false, true),
    bias,
  ); // f32[batch, heads, pieces, pieces]
  let weights = tf.softmax(scores);
  if (setting.dropout)
    weights = dropout(weights, setting.dropout.rate, setting.dropout.place, setting.dropout.rows);
  const context = tf.matMul(weights, splitHeads(value)); // f32[batch, heads, pieces, headWidth]
  return tf.reshape<tf.Rank.R2>(tf.transpose(context, [0, 2, 1, 3]), [batch * pieces, hidden]);
}
