import * as tf from '@tensorflow/tfjs-core';
import { attention, type AttentionSetting } from '../engine/ops/attention';
import type { DeviceBatch } from '../engine/ops/device-batch';
import { dropHidden, type HiddenDropout } from '../engine/ops/dropout';
import { embed } from '../engine/ops/embedding';
import { gelu } from '../engine/ops/gelu';
import { layerNorm } from '../engine/ops/layer-norm';
import { linear } from '../engine/ops/linear';
import { queryKeyValue, type Triple } from '../engine/ops/query-key-value';
import { residualNorm } from '../engine/ops/residual-norm';
import type { BertConfig } from './bert-config';
import { layerKey } from './parameters';
import { moreTableKeys, WORD_TABLE_KEY } from './word-table';

/** What sets the dropout masks of one step; absent outside training. */
export interface DropoutStep {
  seed: number;
  /** The optimiser step, from 0: every micro-batch of an effective batch has the same. */
  step: number;
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
 * BERT's encoder (Devlin et al. 2019, §3; Hugging Face's BertModel without the pooler): transformer layers with the norm after the sum.
 *
 * parameters by Hugging Face key and `moreTableKeys`, linear weights [in, out] → hidden states f32[rows, hidden].
 */
export function encode(
  config: BertConfig,
  parameters: ReadonlyMap<string, tf.Tensor>,
  batch: DeviceBatch,
  step?: DropoutStep,
): tf.Tensor2D {
  const parameter = <Shape extends tf.Tensor>(key: string) => parameters.get(key) as Shape;
  const project = (states: tf.Tensor2D, key: string) =>
    linear(states, parameter(`${key}.weight`), parameter(`${key}.bias`));
  const norm = (states: tf.Tensor2D, key: string) =>
    layerNorm(
      states,
      parameter(`${key}.weight`),
      parameter(`${key}.bias`),
      config.layerNormEpsilon,
    );
  const dropAt = (site: number): HiddenDropout | undefined =>
    step && { rate: config.hiddenDropout, place: { ...step, site }, batch };
  const addAndNorm = (states: tf.Tensor2D, residual: tf.Tensor2D, site: number, key: string) =>
    residualNorm(
      states,
      residual,
      parameter(`${key}.weight`),
      parameter(`${key}.bias`),
      config.layerNormEpsilon,
      dropAt(site),
    );

  const tables = {
    words: parameter<tf.Tensor2D>(WORD_TABLE_KEY),
    moreWords: moreTableKeys(parameters).map((key) => parameter<tf.Tensor2D>(key)),
    positions: parameter<tf.Tensor2D>('bert.embeddings.position_embeddings.weight'),
    tokenTypes: parameter<tf.Tensor2D>('bert.embeddings.token_type_embeddings.weight'),
  };
  let states = norm(embed(tables, batch), 'bert.embeddings.LayerNorm');
  const embeddingDropout = dropAt(dropoutSites.embeddings);
  if (embeddingDropout) states = dropHidden(states, embeddingDropout);
  for (let layer = 0; layer < config.layers; layer++) {
    const key = layerKey(layer);
    const site = dropoutSites.attentionWeights(layer);
    const setting: AttentionSetting = { heads: config.heads, batch };
    if (step) setting.dropout = { rate: config.attentionDropout, place: { ...step, site } };
    const before = states;
    // A tidy a layer: outside of training, nothing of a layer but its result stays in memory.
    states = tf.tidy(() => {
      const self = <Shape extends tf.Tensor>(end: string) =>
        (['query', 'key', 'value'] as const).map((name) =>
          parameter<Shape>(`${key}.attention.self.${name}.${end}`),
        ) as unknown as Triple<Shape>;
      const qkv = queryKeyValue(before, self<tf.Tensor2D>('weight'), self<tf.Tensor1D>('bias'));
      const context = project(attention(qkv, setting), `${key}.attention.output.dense`);
      const middle = addAndNorm(
        context,
        before,
        dropoutSites.attentionOutput(layer),
        `${key}.attention.output.LayerNorm`,
      );
      const wide = gelu(project(middle, `${key}.intermediate.dense`));
      return addAndNorm(
        project(wide, `${key}.output.dense`),
        middle,
        dropoutSites.feedForwardOutput(layer),
        `${key}.output.LayerNorm`,
      );
    });
  }
  return states;
}
