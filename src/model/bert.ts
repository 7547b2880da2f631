import * as tf from '@tensorflow/tfjs-core';
import { activate } from '../engine/ops/activate';
import { attention, type AttentionSetting } from '../engine/ops/attention';
import type { DeviceBatch } from '../engine/ops/device-batch';
import { dropHidden, type HiddenDropout } from '../engine/ops/dropout';
import { embed } from '../engine/ops/embedding';
import { layerNorm } from '../engine/ops/layer-norm';
import { linear } from '../engine/ops/linear';
import { queryKeyValue } from '../engine/ops/query-key-value';
import { residualNorm } from '../engine/ops/residual-norm';
import type { BertConfig } from './bert-config';
import type { BertWeights, LayerWeights, LinearWeights } from './bert-weights';
import { DROPOUT_SITES, type DropoutStep } from './dropout-sites';
import { familyOf } from './families';

/** Values that every layer of one forward pass shares. */
interface Pass {
  config: BertConfig;
  batch: DeviceBatch;
  /** Draw of the dropout masks; outside training it is absent, and nothing is dropped. */
  dropout: DropoutStep | undefined;
}

/**
 * Computes BERT's encoder (Devlin et al. 2019, §3; Hugging Face's BertModel without the pooler) or that of another family: transformer layers
 * with the norm after the sum.
 *
 * @returns hidden states f32[rows, hidden]; those of fillers mean nothing
 */
export function encode(
  config: BertConfig,
  weights: BertWeights,
  batch: DeviceBatch,
  dropout?: DropoutStep,
): tf.Tensor2D {
  const pass: Pass = { config, batch, dropout };
  const { scale, shift } = weights.embeddingNorm;
  let x = embed(weights.embeddings, batch); // [rows, embedding width]
  x = layerNorm(x, scale, shift, config.layerNormEpsilon); // [rows, embedding width]
  const dropped = dropAt(DROPOUT_SITES.embeddings, pass);
  if (dropped) x = dropHidden(x, dropped); // [rows, embedding width]
  if (weights.embeddingsProjection) x = project(x, weights.embeddingsProjection); // [rows, hidden]
  weights.layers.forEach((layer, index) => {
    const before = x;
    // A tidy a layer: outside of training, nothing of a layer but its result stays in memory.
    x = tf.tidy(() => transformerLayer(before, layer, index, pass)); // [rows, hidden]
  });
  return x;
}

/** Computes one layer: self-attention, then the feed-forward layer, each added to its input and normed. */
function transformerLayer(
  x: tf.Tensor2D, // [rows, hidden]
  layer: LayerWeights,
  index: number,
  pass: Pass,
): tf.Tensor2D {
  const { config, batch, dropout } = pass;
  const epsilon = config.layerNormEpsilon;
  const setting: AttentionSetting = { heads: config.heads, batch };
  if (dropout) {
    const place = { ...dropout, site: DROPOUT_SITES.attentionWeights(index) };
    setting.dropout = { rate: config.attentionDropout, place };
  }
  const { query, key, value, attentionNorm, outputNorm } = layer;
  const qkv = queryKeyValue(
    x,
    [query.weight, key.weight, value.weight],
    [query.bias, key.bias, value.bias],
  ); // [3, rows, hidden]
  const context = attention(qkv, setting); // [rows, hidden]
  const attended = residualNorm(
    project(context, layer.attentionOutput),
    x,
    attentionNorm.scale,
    attentionNorm.shift,
    epsilon,
    familyOf(config).dropsAttentionOutput
      ? dropAt(DROPOUT_SITES.attentionOutput(index), pass)
      : undefined,
  ); // [rows, hidden]
  const wide = activate(project(attended, layer.intermediate), config.activation ?? 'gelu'); // [rows, intermediate]
  return residualNorm(
    project(wide, layer.output),
    attended,
    outputNorm.scale,
    outputNorm.shift,
    epsilon,
    dropAt(DROPOUT_SITES.feedForwardOutput(index), pass),
  ); // [rows, hidden]
}

function project(x: tf.Tensor2D, { weight, bias }: LinearWeights): tf.Tensor2D {
  return linear(x, weight, bias);
}

function dropAt(site: number, { config, batch, dropout }: Pass): HiddenDropout | undefined {
  return dropout && { rate: config.hiddenDropout, place: { ...dropout, site }, batch };
}
