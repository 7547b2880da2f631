import * as tf from '@tensorflow/tfjs-core';
import { attention, attentionBias } from '../engine/ops/attention';
import { dropout } from '../engine/ops/dropout';
import { embed } from '../engine/ops/embedding';
import { gelu } from '../engine/ops/gelu';
import { layerNorm } from '../engine/ops/layer-norm';
import { linear } from '../engine/ops/linear';
import type { BertConfig } from './bert-config';
import { layerKey } from './parameters';

/** What sets the dropout masks of one step; absent outside training. */
export interface DropoutStep {
  seed: number;
  /** The optimiser step, from 0: every micro-batch of an effective batch has the same. */
  step: number;
}

/** A batch on the device. */
export interface EncoderInput {
  pieceIds: tf.Tensor2D; // i32[batch, pieces]
  attentionMask: tf.Tensor2D; // f32[batch, pieces], 1 for a piece and 0 for padding
  rows: tf.Tensor1D; // i32[batch], each sentence's row in the effective batch
}

/** One number for each place that drops: part of what decides a mask, so a saved run depends on them. */
export const dropoutSites = {
  embeddings: 0,
  classifier: 1,
  attentionWeights: (layer: number) => 2 + 3 * layer,
  attentionOutput: (layer: number) => 3 + 3 * layer,
  feedForwardOutput: (layer: number) => 4 + 3 * layer,
};

/**
 * BERT's encoder (Devlin et al. 2019, §3; Hugging Face's BertModel without the pooler): post-layer-norm transformer layers.
 *
 * parameters by Hugging Face key, linear weights [in, out] → hidden states f32[batch, pieces, hidden].
 */
export function encode(
  config: BertConfig,
  parameters: ReadonlyMap<string, tf.Tensor>,
  input: EncoderInput,
  step?: DropoutStep,
): tf.Tensor3D {
  const [batch, pieces] = input.pieceIds.shape;
  const { hidden } = config;
  const parameter = <Shape extends tf.Tensor>(key: string) => parameters.get(key) as Shape;
  const flatten = (states: tf.Tensor3D) => tf.reshape<tf.Rank.R2>(states, [batch * pieces, hidden]);
  const unflatten = (states: tf.Tensor2D) =>
    tf.reshape<tf.Rank.R3>(states, [batch, pieces, hidden]);
  const drop = (states: tf.Tensor2D, site: number) =>
    step
      ? flatten(dropout(unflatten(states), config.hiddenDropout, { ...step, site }, input.rows))
      : states;
  const project = (key: string, states: tf.Tensor2D) =>
    linear(states, parameter(`${key}.weight`), parameter(`${key}.bias`));
  const norm = (key: string, states: tf.Tensor2D) =>
    layerNorm(
      states,
      parameter(`${key}.weight`),
      parameter(`${key}.bias`),
      config.layerNormEpsilon,
    );

  const embeddings = embed(
    {
      words: parameter('bert.embeddings.word_embeddings.weight'),
      positions: parameter('bert.embeddings.position_embeddings.weight'),
      tokenTypes: parameter('bert.embeddings.token_type_embeddings.weight'),
    },
    input.pieceIds,
  );
  const bias = attentionBias(input.attentionMask);
  let states = drop(
    norm('bert.embeddings.LayerNorm', flatten(embeddings)),
    dropoutSites.embeddings,
  );
  for (let layer = 0; layer < config.layers; layer++) {
    const key = layerKey(layer);
    const context = attention(
      project(`${key}.attention.self.query`, states),
      project(`${key}.attention.self.key`, states),
      project(`${key}.attention.self.value`, states),
      {
        batch,
        pieces,
        heads: config.heads,
        bias,
        ...(step && {
          dropout: {
            rate: config.attentionDropout,
            place: { ...step, site: dropoutSites.attentionWeights(layer) },
            rows: input.rows,
          },
        }),
      },
    );
    const attended = drop(
      project(`${key}.attention.output.dense`, context),
      dropoutSites.attentionOutput(layer),
    );
    states = norm(`${key}.attention.output.LayerNorm`, tf.add(states, attended));
    const wide = gelu(project(`${key}.intermediate.dense`, states));
    const narrow = drop(
      project(`${key}.output.dense`, wide),
      dropoutSites.feedForwardOutput(layer),
    );
    states = norm(`${key}.output.LayerNorm`, tf.add(states, narrow));
  }
  return unflatten(states);
}
