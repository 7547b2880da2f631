import type { BertConfig } from '../model/bert-config';
import {
  classifierParameterShapes,
  encoderParameterShapes,
  layerKey,
  type ParameterShapes,
} from '../model/parameters';
import { OnnxGraphBuilder } from './onnx-graph-builder';
import type { OnnxNode, OnnxTensor, OnnxValue } from './onnx-model';

/** Every operator our files use: the reader refuses all others. */
export const EXPORTED_OPERATORS: ReadonlySet<string> = new Set([
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

export const BERT_OPSET = 17;
/** The first IR version with opset 17 in it. */
export const BERT_IR_VERSION = 8;

/** The most negative f32, as Hugging Face masks: finite, so a row of padding alone stays a number. */
const MASKED_SCORE = -3.4028234663852886e38;

/** All of a model's file but the numbers: fully determined by the configuration and the count of tags. */
export interface BertGraph {
  nodes: readonly OnnxNode[];
  /** What the nodes read under its Hugging Face key, in Hugging Face's layout. */
  parameters: ParameterShapes;
  constants: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/**
 * BERT with a token classification head (Devlin et al. 2019, §3) in operators of the plain ONNX opset 17.
 *
 * input_ids, attention_mask, token_type_ids i64[batch, pieces] → logits f32[batch, pieces, tags].
 * Hidden states are kept flat, [batch · pieces, hidden], so that each linear layer is one Gemm that takes the weight
 * as it is trained, [out, in]: nothing is transposed or copied at export, and the runtime packs it once when it loads.
 */
export function bertGraph(config: BertConfig, tagCount: number): BertGraph {
  const graph = new OnnxGraphBuilder();
  const shape = graph.add('shape', 'Shape', ['input_ids']); // [batch, pieces]
  const mask = scoreMask(graph);
  let x = embeddings(graph, config, shape);
  const headsShape = graph.integers('heads_shape', [config.heads, config.hidden / config.heads]);
  const splitShape = concatShapes(graph, 'split_shape', shape, headsShape);
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `layer_${layer}`;
    const context = attention(graph, config, `${name}/attention`, layer, x, mask, splitShape);
    x = feedForward(graph, config, name, layer, context);
  }
  const flatLogits = linear(graph, 'logits/flat', 'classifier', x); // [batch · pieces, tags]
  const tagsShape = graph.integers('tags_shape', [tagCount]);
  const logitsShape = concatShapes(graph, 'logits/shape', shape, tagsShape);
  graph.add('logits', 'Reshape', [flatLogits, logitsShape]);

  const dims = ['batch_size', 'sequence_length'];
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
  return {
    nodes: graph.nodes,
    parameters: new Map([
      ...encoderParameterShapes(config),
      ...classifierParameterShapes(config, tagCount),
    ]),
    constants: graph.constants,
    inputs: inputs.map((name) => ({ name, type: 'int64', dims })),
    outputs: [{ name: 'logits', type: 'float', dims: [...dims, tagCount] }],
  };
}

/** What is added to the attention scores: 0 where a piece is, the most negative number where padding is; f32[batch, 1, 1, pieces]. */
function scoreMask(graph: OnnxGraphBuilder): string {
  const presence = graph.add('mask/presence', 'Cast', ['attention_mask'], { to: { int: 1 } });
  const absence = graph.add('mask/absence', 'Sub', [graph.scalar('one', 1), presence]);
  const lowest = graph.scalar('masked_score', MASKED_SCORE);
  const penalty = graph.add('mask/penalty', 'Mul', [absence, lowest]);
  return graph.add('mask', 'Unsqueeze', [penalty, graph.integers('mask_axes', [1, 2])]);
}

/** Word, token type and position embeddings, summed and normalised; f32[batch · pieces, hidden]. */
function embeddings(graph: OnnxGraphBuilder, config: BertConfig, shape: string): string {
  const key = 'bert.embeddings';
  const lookUp = (name: string, table: string, ids: string): string =>
    graph.add(`embeddings/${name}`, 'Gather', [`${key}.${table}.weight`, ids], {
      axis: { int: 0 },
    });
  const words = lookUp('words', 'word_embeddings', 'input_ids');
  const types = lookUp('types', 'token_type_embeddings', 'token_type_ids');
  const zero = graph.integers('zero', [0]);
  const second = graph.integers('second', [1]);
  const pieces = graph.add('pieces', 'Gather', [shape, second], { axis: { int: 0 } }); // i64[1]
  const table = `${key}.position_embeddings.weight`;
  const positions = graph.add('embeddings/positions', 'Slice', [table, zero, pieces, zero]); // [pieces, hidden]
  const wordsAndTypes = graph.add('embeddings/words_and_types', 'Add', [words, types]);
  const sum = graph.add('embeddings/sum', 'Add', [wordsAndTypes, positions]);
  const flat = flatten(graph, config, 'embeddings/flat', sum);
  return layerNorm(graph, config, 'embeddings/norm', `${key}.LayerNorm`, flat);
}

/** Self-attention, its projection and the residual; f32[batch · pieces, hidden] → the same. */
function attention(
  graph: OnnxGraphBuilder,
  config: BertConfig,
  name: string,
  layer: number,
  x: string,
  mask: string,
  splitShape: string,
): string {
  const key = `${layerKey(layer)}.attention`;
  const project = (what: 'query' | 'key' | 'value', perm: readonly number[]): string => {
    const flat = linear(graph, `${name}/${what}`, `${key}.self.${what}`, x);
    const split = graph.add(`${name}/${what}/split`, 'Reshape', [flat, splitShape]);
    return graph.add(`${name}/${what}/heads`, 'Transpose', [split], { perm: { ints: perm } });
  };
  const queries = project('query', [0, 2, 1, 3]); // [batch, heads, pieces, headWidth]
  const keys = project('key', [0, 2, 3, 1]); // [batch, heads, headWidth, pieces]
  const values = project('value', [0, 2, 1, 3]);
  const products = graph.add(`${name}/products`, 'MatMul', [queries, keys]); // [batch, heads, pieces, pieces]
  const rootWidth = graph.scalar('root_head_width', Math.sqrt(config.hidden / config.heads));
  const scores = graph.add(`${name}/scores`, 'Div', [products, rootWidth]);
  const masked = graph.add(`${name}/masked`, 'Add', [scores, mask]);
  const shares = graph.add(`${name}/shares`, 'Softmax', [masked], { axis: { int: -1 } });
  const mixed = graph.add(`${name}/mixed`, 'MatMul', [shares, values]);
  const merged = graph.add(`${name}/merged`, 'Transpose', [mixed], {
    perm: { ints: [0, 2, 1, 3] },
  });
  const context = flatten(graph, config, `${name}/context`, merged);
  const output = linear(graph, `${name}/output`, `${key}.output.dense`, context);
  const sum = graph.add(`${name}/sum`, 'Add', [output, x]);
  return layerNorm(graph, config, `${name}/norm`, `${key}.output.LayerNorm`, sum);
}

/** The two dense layers around GELU, and the residual; f32[batch · pieces, hidden] → the same. */
function feedForward(
  graph: OnnxGraphBuilder,
  config: BertConfig,
  name: string,
  layer: number,
  x: string,
): string {
  const key = layerKey(layer);
  const wide = linear(graph, `${name}/intermediate`, `${key}.intermediate.dense`, x);
  const active = gelu(graph, `${name}/gelu`, wide);
  const output = linear(graph, `${name}/output`, `${key}.output.dense`, active);
  const sum = graph.add(`${name}/sum`, 'Add', [output, x]);
  return layerNorm(graph, config, `${name}/norm`, `${key}.output.LayerNorm`, sum);
}

/** gelu(x) = x · (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel 2016), in the form runtimes recognise and fuse. */
function gelu(graph: OnnxGraphBuilder, name: string, x: string): string {
  const scaled = graph.add(`${name}/scaled`, 'Div', [x, graph.scalar('root_2', Math.SQRT2)]);
  const erf = graph.add(`${name}/erf`, 'Erf', [scaled]);
  const shifted = graph.add(`${name}/shifted`, 'Add', [erf, graph.scalar('one', 1)]);
  const product = graph.add(`${name}/product`, 'Mul', [x, shifted]);
  return graph.add(name, 'Mul', [product, graph.scalar('half', 0.5)]);
}

function linear(graph: OnnxGraphBuilder, name: string, key: string, x: string): string {
  return graph.add(name, 'Gemm', [x, `${key}.weight`, `${key}.bias`], { transB: { int: 1 } });
}

function layerNorm(
  graph: OnnxGraphBuilder,
  config: BertConfig,
  name: string,
  key: string,
  x: string,
): string {
  return graph.add(name, 'LayerNormalization', [x, `${key}.weight`, `${key}.bias`], {
    axis: { int: -1 },
    epsilon: { float: config.layerNormEpsilon },
  });
}

/** [batch, pieces, …] → [batch · pieces, hidden]. */
function flatten(graph: OnnxGraphBuilder, config: BertConfig, name: string, x: string): string {
  return graph.add(name, 'Reshape', [x, graph.integers('flat_shape', [-1, config.hidden])]);
}

function concatShapes(graph: OnnxGraphBuilder, name: string, left: string, right: string): string {
  return graph.add(name, 'Concat', [left, right], { axis: { int: 0 } });
}
