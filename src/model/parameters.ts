import type { BertConfig } from './bert-config';

/** Shapes of parameters by Hugging Face key, in Hugging Face's layout: linear weights are [out, in]. */
export type ParameterShapes = ReadonlyMap<string, readonly number[]>;

/** Key of the linear layer that brings embeddings to the width of the layers, in an encoder where they differ (ELECTRA). */
export const EMBEDDINGS_PROJECTION = 'bert.embeddings_project';
export const POSITION_TABLE_KEY = 'bert.embeddings.position_embeddings.weight';

/** Lists the encoder's parameters, in the order of Hugging Face's BertModel without its pooler (Devlin et al. 2019, §3). */
export function encoderParameterShapes(config: BertConfig): ParameterShapes {
  const { hidden, intermediate, embeddingWidth = hidden } = config;
  const shapes = new Map<string, readonly number[]>();
  const addLinear = (key: string, from: number, to: number) => {
    shapes.set(`${key}.weight`, [to, from]);
    shapes.set(`${key}.bias`, [to]);
  };
  const addLayerNorm = (key: string, width = hidden) => {
    shapes.set(`${key}.weight`, [width]);
    shapes.set(`${key}.bias`, [width]);
  };
  shapes.set('bert.embeddings.word_embeddings.weight', [config.vocabularySize, embeddingWidth]);
  shapes.set(POSITION_TABLE_KEY, [config.maxPositions, embeddingWidth]);
  if (config.tokenTypes > 0) {
    shapes.set('bert.embeddings.token_type_embeddings.weight', [config.tokenTypes, embeddingWidth]);
  }
  addLayerNorm('bert.embeddings.LayerNorm', embeddingWidth);
  if (embeddingWidth !== hidden) addLinear(EMBEDDINGS_PROJECTION, embeddingWidth, hidden);
  for (let layer = 0; layer < config.layers; layer++) {
    const key = layerKey(layer);
    addLinear(`${key}.attention.self.query`, hidden, hidden);
    addLinear(`${key}.attention.self.key`, hidden, hidden);
    addLinear(`${key}.attention.self.value`, hidden, hidden);
    addLinear(`${key}.attention.output.dense`, hidden, hidden);
    addLayerNorm(`${key}.attention.output.LayerNorm`);
    addLinear(`${key}.intermediate.dense`, hidden, intermediate);
    addLinear(`${key}.output.dense`, intermediate, hidden);
    addLayerNorm(`${key}.output.LayerNorm`);
  }
  return shapes;
}

/** Lists the two parameters of a head that classifies tokens. It stands here so that writing a file needs no tensors. */
export function classifierParameterShapes(config: BertConfig, tagCount: number): ParameterShapes {
  return new Map([
    ['classifier.weight', [tagCount, config.hidden]],
    ['classifier.bias', [tagCount]],
  ]);
}

/** Returns the beginning of the keys of one encoder layer. */
export function layerKey(layer: number): string {
  return `bert.encoder.layer.${layer}`;
}

/** Says whether a parameter belongs to the encoder, and not to the head on top of it. */
export function isOfEncoder(key: string): boolean {
  return key.startsWith('bert.');
}

/** Says whether a parameter belongs to the embeddings or to one of the `layers` lowest layers. */
export function isBelowLayer(key: string, layers: number): boolean {
  if (key.startsWith('bert.embeddings.') || key.startsWith(EMBEDDINGS_PROJECTION)) return true;
  const layer = /^bert\.encoder\.layer\.(\d+)\./.exec(key)?.[1];
  return layer !== undefined && Number(layer) < layers;
}

/** Says whether a weight multiplies: kept [in, out] on the device, [out, in] in files. Embedding tables are looked up, not multiplied. */
export function isLinearWeight(key: string): boolean {
  return (
    key.endsWith('.weight') && !key.endsWith('LayerNorm.weight') && !key.includes('_embeddings.')
  );
}

/** Says whether a parameter is without weight decay: biases and layer norms, as BERT was trained (Devlin et al. 2019, A.2). */
export function isDecayFree(key: string): boolean {
  return key.endsWith('.bias') || key.endsWith('LayerNorm.weight');
}

/**
 * Says whether a kernel binds a parameter together with the one before it, once those that decay and those that do not are apart: the key's
 * and the value's projection with the query's, and a layer norm's bias with its weight.
 */
export function staysBehind(key: string): boolean {
  return /\.self\.(key|value)\.|LayerNorm\.bias$/.test(key);
}
