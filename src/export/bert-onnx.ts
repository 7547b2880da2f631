import type { BertConfig } from '../model/bert-config';
import { OnnxGraphBuilder } from './onnx-graph-builder';
import type { OnnxNode, OnnxTensor, OnnxValue } from './onnx-model';

/** Every operator our files use: the reader refuses all others. */
export const exportedOperators: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'Div',
  'Erf',
  'Gather',
  'Gemm',
  'LayerNormalization',
  'MatMul',
  'Mul',
  'Reshape',
  'Shape',
  'Slice',
  'Softmax',
  'Sub',
  'Transpose',
  'Unsqueeze',
]);

export const bertOpset = 17;

/** The most negative f32, as Hugging Face masks: finite, so a row of padding alone stays a number. */
const maskedScore = -3.4028234663852886e38;

/** A parameter as the graph reads it: Hugging Face's key and shape, linear weights [out, in]. */
export interface BertParameter {
  key: string;
  shape: readonly number[];
}

/** All of a model's file but the numbers: fully determined by the configuration and the count of tags. */
export interface BertGraph {
  nodes: readonly OnnxNode[];
  parameters: readonly BertParameter[];
  constants: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/**
 * BERT with a token classification head (Devlin et al. 2019, §3) in operators of the plain ONNX opset 17.
 *
 * inputIds, attentionMask, tokenTypeIds i64[batch, pieces] → logits f32[batch, pieces, tags].
 * Hidden states are kept flat, [batch · pieces, hidden], so that each linear layer is one Gemm that takes the weight
 * as it is trained, [out, in]: nothing is transposed or copied at export, and the runtime packs it once when it loads.
 */
export function bertGraph(config: BertConfig, tags: number): BertGraph {
  const { hidden, heads, intermediate } = config;
  const headWidth = hidden / heads;
  if (!Number.isInteger(headWidth)) throw new Error(`hidden ${hidden} is not a multiple of heads ${heads}.`);
  const graph = new OnnxGraphBuilder();
  const parameters: BertParameter[] = [];
  const parameter = (key: string, ...shape: number[]): string => {
    parameters.push({ key, shape });
    return key;
  };
  const linear = (name: string, key: string, x: string, inWidth: number, outWidth: number): string =>
    graph.add(
      name,
      'Gemm',
      [x, parameter(`${key}.weight`, outWidth, inWidth), parameter(`${key}.bias`, outWidth)],
      { transB: { int: 1 } },
    );
  const layerNorm = (name: string, key: string, x: string): string =>
    graph.add(
      name,
      'LayerNormalization',
      [x, parameter(`${key}.weight`, hidden), parameter(`${key}.bias`, hidden)],
      { axis: { int: -1 }, epsilon: { float: config.layerNormEpsilon } },
    );

  // The shape of the call, and what is made of it once for all layers.
  const shape = graph.add('shape', 'Shape', ['input_ids']); // [batch, pieces]
  const first = graph.integers('index_0', [0]);
  const second = graph.integers('index_1', [1]);
  const pieces = graph.add('pieces', 'Gather', [shape, second], { axis: { int: 0 } }); // [1]
  const headsShape = graph.integers('heads_shape', [heads, headWidth]);
  const splitShape = graph.add('split_shape', 'Concat', [shape, headsShape], { axis: { int: 0 } });
  const flatShape = graph.integers('flat_shape', [-1, hidden]);

  // Scores get 0 where a piece is, the most negative number where padding is.
  const presence = graph.add('mask/presence', 'Cast', ['attention_mask'], { to: { int: 1 } });
  const absence = graph.add('mask/absence', 'Sub', [graph.scalar('one', 1), presence]);
  const penalty = graph.add('mask/penalty', 'Mul', [absence, graph.scalar('masked_score', maskedScore)]);
  const mask = graph.add('mask', 'Unsqueeze', [penalty, graph.integers('mask_axes', [1, 2])]); // [batch, 1, 1, pieces]

  // embeddings
  const table = 'bert.embeddings';
  const words = parameter(`${table}.word_embeddings.weight`, config.vocabularySize, hidden);
  const positions = parameter(`${table}.position_embeddings.weight`, config.maxPositions, hidden);
  const types = parameter(`${table}.token_type_embeddings.weight`, config.tokenTypes, hidden);
  const word = graph.add('embeddings/word', 'Gather', [words, 'input_ids'], { axis: { int: 0 } });
  const type = graph.add('embeddings/type', 'Gather', [types, 'token_type_ids'], { axis: { int: 0 } });
  const position = graph.add('embeddings/position', 'Slice', [positions, first, pieces, first]);
  const wordAndType = graph.add('embeddings/word_and_type', 'Add', [word, type]);
  const sum = graph.add('embeddings/sum', 'Add', [wordAndType, position]); // [batch, pieces, hidden]
  const flat = graph.add('embeddings/flat', 'Reshape', [sum, flatShape]);
  let x = layerNorm('embeddings/norm', `${table}.LayerNorm`, flat); // [batch · pieces, hidden]

  for (let layer = 0; layer < config.layers; layer++) {
    const at = `layer_${layer}`;
    const key = `bert.encoder.layer.${layer}`;
    const split = (name: string, perm: number[]): string => {
      const projected = linear(`${at}/${name}`, `${key}.attention.self.${name}`, x, hidden, hidden);
      const perHead = graph.add(`${at}/${name}/split`, 'Reshape', [projected, splitShape]);
      return graph.add(`${at}/${name}/heads`, 'Transpose', [perHead], { perm: { ints: perm } });
    };
    const query = split('query', [0, 2, 1, 3]); // [batch, heads, pieces, headWidth]
    const keys = split('key', [0, 2, 3, 1]); // [batch, heads, headWidth, pieces]
    const value = split('value', [0, 2, 1, 3]);
    const product = graph.add(`${at}/scores`, 'MatMul', [query, keys]); // [batch, heads, pieces, pieces]
    const rootHeadWidth = graph.scalar('root_head_width', Math.sqrt(headWidth));
    const scaled = graph.add(`${at}/scores/scaled`, 'Div', [product, rootHeadWidth]);
    const masked = graph.add(`${at}/scores/masked`, 'Add', [scaled, mask]);
    const attention = graph.add(`${at}/attention`, 'Softmax', [masked], { axis: { int: -1 } });
    const context = graph.add(`${at}/context`, 'MatMul', [attention, value]);
    const merged = graph.add(`${at}/context/merged`, 'Transpose', [context], { perm: { ints: [0, 2, 1, 3] } });
    const flatContext = graph.add(`${at}/context/flat`, 'Reshape', [merged, flatShape]);
    const attended = linear(`${at}/attended`, `${key}.attention.output.dense`, flatContext, hidden, hidden);
    const residual = graph.add(`${at}/attended/sum`, 'Add', [attended, x]);
    x = layerNorm(`${at}/attended/norm`, `${key}.attention.output.LayerNorm`, residual);

    const wide = linear(`${at}/wide`, `${key}.intermediate.dense`, x, hidden, intermediate);
    const narrow = linear(`${at}/narrow`, `${key}.output.dense`, gelu(graph, `${at}/gelu`, wide), intermediate, hidden);
    x = layerNorm(`${at}/norm`, `${key}.output.LayerNorm`, graph.add(`${at}/sum`, 'Add', [narrow, x]));
  }

  const flatLogits = linear('logits/flat', 'classifier', x, hidden, tags);
  const tagsShape = graph.integers('tags_shape', [tags]);
  const logitsShape = graph.add('logits/shape', 'Concat', [shape, tagsShape], { axis: { int: 0 } });
  graph.add('logits', 'Reshape', [flatLogits, logitsShape]);

  const dims = ['batch_size', 'sequence_length'];
  return {
    nodes: graph.nodes,
    parameters,
    constants: graph.constants,
    inputs: ['input_ids', 'attention_mask', 'token_type_ids'].map((name) => ({ name, type: 'int64', dims })),
    outputs: [{ name: 'logits', type: 'float', dims: [...dims, tags] }],
  };
}

/** gelu(x) = x · (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel 2016), in the form runtimes recognise and fuse. */
function gelu(graph: OnnxGraphBuilder, name: string, x: string): string {
  const scaled = graph.add(`${name}/scaled`, 'Div', [x, graph.scalar('root_2', Math.SQRT2)]);
  const erf = graph.add(`${name}/erf`, 'Erf', [scaled]);
  const shifted = graph.add(`${name}/shifted`, 'Add', [erf, graph.scalar('one', 1)]);
  const product = graph.add(`${name}/product`, 'Mul', [x, shifted]);
  return graph.add(name, 'Mul', [product, graph.scalar('half', 0.5)]);
}
