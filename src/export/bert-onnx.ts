import type { BertConfig } from '../model/bert-config';
import { WORD_TABLE_KEY } from '../model/word-table';
import {
  classifierParameterShapes,
  encoderParameterShapes,
  layerKey,
  type ParameterShapes,
} from '../model/parameters';
import { OnnxGraphBuilder } from './onnx-graph-builder';
import type { OnnxNode, OnnxTensor, OnnxTensorShape, OnnxValue } from './onnx-model';
import { F32_VARIANT, type Variant } from './variants';
import { lookUpInBlocks, wordBlockTensors, type WordBlocks } from './word-blocks';

/** Operators that our files use; the reader refuses all others. */
export const EXPORTED_OPERATORS: ReadonlySet<string> = new Set([
  'Add',
  'Cast',
  'Concat',
  'Div',
  'Erf',
  'Floor',
  'Gather',
  'Gemm',
  'LayerNormalization',
  'Less',
  'MatMul',
  'Mul',
  'Reshape',
  'Shape',
  'Slice',
  'Softmax',
  'Sub',
  'Transpose',
  'Unsqueeze',
  'Where',
]);

export const BERT_OPSET = 17;
/** Version of the file format, the first that knows opset 17. */
export const BERT_IR_VERSION = 8;

/** Score of padding: the most negative f32, as Hugging Face masks; finite, so that a row of padding alone stays a number. */
const MASKED_SCORE = -3.4028234663852886e38;

/** A model's file without the model's numbers: determined by the configuration, the count of tags and the variant. */
export interface BertGraph {
  nodes: readonly OnnxNode[];
  /** Shapes of the parameters that the file is made from, by Hugging Face key and in Hugging Face's layout; without a word table in blocks. */
  parameters: ParameterShapes;
  /** Tensors that hold the parameters' numbers, in the order of the file. */
  weights: readonly OnnxTensorShape[];
  /** Small tensors that the graph itself needs; they follow the weights. */
  constants: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/**
 * Builds BERT with a token classification head (Devlin et al. 2019, §3) from operators of the plain ONNX opset 17.
 *
 * input_ids, attention_mask, token_type_ids i64[batch, pieces] → logits f32[batch, pieces, tags].
 * Hidden states are kept flat, [batch · pieces, hidden], so that each linear layer is one Gemm that takes the weight
 * as it is trained, [out, in]: nothing is transposed or copied at export, and the runtime packs it once when it loads.
 *
 * @param words sizes of a word table in blocks; absent, the table is a parameter like the others
 */
export function bertGraph(
  config: BertConfig,
  tagCount: number,
  variant: Variant = F32_VARIANT,
  words?: WordBlocks,
): BertGraph {
  const graph = new OnnxGraphBuilder();
  const linear: Linear = (name, key, x) => variant.linear(graph, name, key, x);
  const shape = graph.add('shape', 'Shape', ['input_ids']); // [batch, pieces]
  const mask = scoreMask(graph);
  let x = embeddings(graph, config, shape, words);
  const headsShape = graph.integers('heads_shape', [config.heads, config.hidden / config.heads]);
  const splitShape = concatShapes(graph, 'split_shape', shape, headsShape);
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `layer_${layer}`;
    const context = attention(
      graph,
      linear,
      config,
      `${name}/attention`,
      layer,
      x,
      mask,
      splitShape,
    );
    x = feedForward(graph, linear, config, name, layer, context);
  }
  const flatLogits = linear('logits/flat', 'classifier', x); // [batch · pieces, tags]
  const tagsShape = graph.integers('tags_shape', [tagCount]);
  const logitsShape = concatShapes(graph, 'logits/shape', shape, tagsShape);
  graph.add('logits', 'Reshape', [flatLogits, logitsShape]);

  const dims = ['batch_size', 'sequence_length'];
  const inputs = ['input_ids', 'attention_mask', 'token_type_ids'];
  const parameters = new Map([
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, tagCount),
  ]);
  const blocks = words ? wordBlockTensors(config, words) : [];
  if (words) parameters.delete(WORD_TABLE_KEY);
  const tensors = Array.from(parameters).flatMap(([key, shape]) => variant.tensorsOf(key, shape));
  return {
    nodes: graph.nodes,
    parameters,
    weights: [...blocks, ...tensors],
    constants: graph.constants,
    inputs: inputs.map((name) => ({ name, type: 'int64', dims })),
    outputs: [{ name: 'logits', type: 'float', dims: [...dims, tagCount] }],
  };
}

/** Adds the linear layer whose parameters stand under a key, as the variant stores them; x f32[rows, in] → f32[rows, out]. */
type Linear = (name: string, key: string, x: string) => string;

/** Adds the mask of the attention scores: 0 for a piece, the most negative number for padding; f32[batch, 1, 1, pieces]. */
function scoreMask(graph: OnnxGraphBuilder): string {
  const presence = graph.add('mask/presence', 'Cast', ['attention_mask'], { to: { int: 1 } });
  const absence = graph.add('mask/absence', 'Sub', [graph.scalar('one', 1), presence]);
  const lowest = graph.scalar('masked_score', MASKED_SCORE);
  const penalty = graph.add('mask/penalty', 'Mul', [absence, lowest]);
  return graph.add('mask', 'Unsqueeze', [penalty, graph.integers('mask_axes', [1, 2])]);
}

/** Adds the word, token type and position embeddings, their sum and its norm; f32[batch · pieces, hidden]. */
function embeddings(
  graph: OnnxGraphBuilder,
  config: BertConfig,
  shape: string,
  blocks: WordBlocks | undefined,
): string {
  const key = 'bert.embeddings';
  const lookUp = (name: string, table: string, ids: string): string =>
    graph.add(`embeddings/${name}`, 'Gather', [`${key}.${table}.weight`, ids], {
      axis: { int: 0 },
    });
  const words = blocks
    ? lookUpInBlocks(graph, config, 'embeddings/words', 'input_ids', blocks)
    : lookUp('words', 'word_embeddings', 'input_ids');
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

/** Adds self-attention, its projection and the residual; f32[batch · pieces, hidden] → the same. */
function attention(
  graph: OnnxGraphBuilder,
  linear: Linear,
  config: BertConfig,
  name: string,
  layer: number,
  x: string,
  mask: string,
  splitShape: string,
): string {
  const key = `${layerKey(layer)}.attention`;
  const project = (what: 'query' | 'key' | 'value', perm: readonly number[]): string => {
    const flat = linear(`${name}/${what}`, `${key}.self.${what}`, x);
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
  const output = linear(`${name}/output`, `${key}.output.dense`, context);
  const sum = graph.add(`${name}/sum`, 'Add', [output, x]);
  return layerNorm(graph, config, `${name}/norm`, `${key}.output.LayerNorm`, sum);
}

/** Adds the two dense layers around GELU, and the residual; f32[batch · pieces, hidden] → the same. */
function feedForward(
  graph: OnnxGraphBuilder,
  linear: Linear,
  config: BertConfig,
  name: string,
  layer: number,
  x: string,
): string {
  const key = layerKey(layer);
  const wide = linear(`${name}/intermediate`, `${key}.intermediate.dense`, x);
  const active = gelu(graph, `${name}/gelu`, wide);
  const output = linear(`${name}/output`, `${key}.output.dense`, active);
  const sum = graph.add(`${name}/sum`, 'Add', [output, x]);
  return layerNorm(graph, config, `${name}/norm`, `${key}.output.LayerNorm`, sum);
}

/** Adds gelu(x) = x · (1 + erf(x / √2)) / 2 (Hendrycks & Gimpel 2016), in the form that runtimes recognise and fuse. */
function gelu(graph: OnnxGraphBuilder, name: string, x: string): string {
  const scaled = graph.add(`${name}/scaled`, 'Div', [x, graph.scalar('root_2', Math.SQRT2)]);
  const erf = graph.add(`${name}/erf`, 'Erf', [scaled]);
  const shifted = graph.add(`${name}/shifted`, 'Add', [erf, graph.scalar('one', 1)]);
  const product = graph.add(`${name}/product`, 'Mul', [x, shifted]);
  return graph.add(name, 'Mul', [product, graph.scalar('half', 0.5)]);
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

/** Adds a reshape of [batch, pieces, …] to [batch · pieces, hidden]. */
function flatten(graph: OnnxGraphBuilder, config: BertConfig, name: string, x: string): string {
  return graph.add(name, 'Reshape', [x, graph.integers('flat_shape', [-1, config.hidden])]);
}

function concatShapes(graph: OnnxGraphBuilder, name: string, left: string, right: string): string {
  return graph.add(name, 'Concat', [left, right], { axis: { int: 0 } });
}
