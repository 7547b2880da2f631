import type * as tf from '@tensorflow/tfjs-core';
import type { EmbeddingTables } from '../engine/ops/embedding';
import type { BertConfig } from './bert-config';
import { EMBEDDINGS_PROJECTION, layerKey, POSITION_TABLE_KEY } from './parameters';
import { moreTableKeys, WORD_TABLE_KEY } from './word-table';

/** Weights of y = x·W + b. */
export interface LinearWeights {
  weight: tf.Tensor2D; // [in, out]
  bias: tf.Tensor1D; // [out]
}

export interface NormWeights {
  scale: tf.Tensor1D; // [width]
  shift: tf.Tensor1D; // [width]
}

/** Weights of one transformer layer. */
export interface LayerWeights {
  query: LinearWeights; // hidden → hidden
  key: LinearWeights; // hidden → hidden
  value: LinearWeights; // hidden → hidden
  attentionOutput: LinearWeights; // hidden → hidden
  attentionNorm: NormWeights;
  intermediate: LinearWeights; // hidden → intermediate
  output: LinearWeights; // intermediate → hidden
  outputNorm: NormWeights;
}

/** Weights of an encoder. */
export interface BertWeights {
  embeddings: EmbeddingTables;
  embeddingNorm: NormWeights;
  /** Projection of the embeddings to the width of the layers; absent where they have it. */
  embeddingsProjection?: LinearWeights; // embedding width → hidden
  layers: LayerWeights[];
}

/** Parameters on the device by Hugging Face key, and the parts of a `WordTable`; linear weights are [in, out]. */
export type Parameters = ReadonlyMap<string, tf.Tensor>;

/** Finds the encoder's weights among a model's parameters. */
export function bertWeights(config: BertConfig, parameters: Parameters): BertWeights {
  const table = (key: string) => parameters.get(key) as tf.Tensor2D;
  const norm = (key: string): NormWeights => ({
    scale: parameters.get(`${key}.weight`) as tf.Tensor1D,
    shift: parameters.get(`${key}.bias`) as tf.Tensor1D,
  });
  const linear = (key: string) => linearWeights(parameters, key);
  const { hidden, embeddingWidth = hidden } = config;
  return {
    embeddings: {
      words: table(WORD_TABLE_KEY),
      moreWords: moreTableKeys(parameters).map(table),
      positions: table(POSITION_TABLE_KEY),
      ...(config.tokenTypes > 0
        ? { tokenTypes: table('bert.embeddings.token_type_embeddings.weight') }
        : {}),
    },
    embeddingNorm: norm('bert.embeddings.LayerNorm'),
    ...(embeddingWidth === hidden ? {} : { embeddingsProjection: linear(EMBEDDINGS_PROJECTION) }),
    layers: Array.from({ length: config.layers }, (_, layer) => {
      const key = layerKey(layer);
      return {
        query: linear(`${key}.attention.self.query`),
        key: linear(`${key}.attention.self.key`),
        value: linear(`${key}.attention.self.value`),
        attentionOutput: linear(`${key}.attention.output.dense`),
        attentionNorm: norm(`${key}.attention.output.LayerNorm`),
        intermediate: linear(`${key}.intermediate.dense`),
        output: linear(`${key}.output.dense`),
        outputNorm: norm(`${key}.output.LayerNorm`),
      };
    }),
  };
}

/** Finds the weights of one linear layer. */
export function linearWeights(parameters: Parameters, key: string): LinearWeights {
  return {
    weight: parameters.get(`${key}.weight`) as tf.Tensor2D,
    bias: parameters.get(`${key}.bias`) as tf.Tensor1D,
  };
}
