import type * as tf from '@tensorflow/tfjs-core';
import type { Activation } from './activations';
import type { DropoutAttributes } from './dropout-hash';

/** A kernel's form: names of its input tensors, its outputs in their order, and its attributes, numbers that it takes beside tensors. */
interface Kernel<
  Inputs extends string,
  Outputs extends readonly (tf.Tensor | undefined)[],
  Attributes extends object = NoAttributes,
  /** Inputs that a call may leave out. */
  Optional extends string = never,
> {
  inputs: Inputs;
  outputs: Outputs;
  attributes: Attributes;
  optional: Optional;
}

type NoAttributes = Readonly<Record<never, never>>;
type Numbers<Names extends string> = Readonly<Record<Names, number>>;
type Weights = 'weight0' | 'weight1' | 'weight2';
type Biases = 'bias0' | 'bias1' | 'bias2';

/**
 * Every kernel of ours, by the name that tfjs knows it by. Backends register the kernels that they have by `registerKernel`, ops run them by
 * `runKernel` and `runKernels`; this table checks both. Formulas and shapes stand at the ops.
 */
export interface KernelTable {
  /** Sum of `total` and `part`, in the memory of `total`. */
  Accumulate: Kernel<'total' | 'part', [total: tf.Tensor]>;
  /** An activation and its slope at once: together they cost little more than one of them. */
  ActivationWithSlope: Kernel<
    'x',
    [y: tf.Tensor, slope: tf.Tensor],
    { readonly activation: Activation }
  >;
  /** One step of AdamW for one parameter; parameter and moments are written in place. */
  AdamW: Kernel<'parameter' | 'm' | 'v' | 'gradient', [parameter: tf.Tensor], AdamwNumbers>;
  /** Attention: each piece gathers the values of all pieces of its sentence, weighed by how well its query fits their keys. */
  Attention: Kernel<
    'qkv' | 'starts' | 'table',
    [context: tf.Tensor2D, sums?: tf.Tensor2D],
    AttentionAttributes
  >;
  /** Gradient of `Attention` by qkv; a kernel that kept `context` and `sums` is given them back. */
  AttentionGradient: Kernel<
    'qkv' | 'starts' | 'table' | 'dContext',
    [dQkv: tf.Tensor3D],
    AttentionAttributes,
    'context' | 'sums'
  >;
  /**
   * Sum of the embeddings of each row's word piece, position and, where there are any, token type. A table of words in parts goes on in
   * `words1`, `words2` …
   */
  Embed: Kernel<
    'words' | 'positions' | 'pieceIds' | 'table',
    [y: tf.Tensor2D],
    NoAttributes,
    'tokenTypes' | `words${number}`
  >;
  /**
   * Gradient of each embedding, summed over its rows in their order: words, positions, token types where there are any, further parts of the
   * words. Attributes are the tables' entries, by the names of `Embed`.
   */
  EmbedGradient: Kernel<
    'dy' | 'pieceStarts' | 'pieceRows' | 'sentenceStarts',
    [dWords: tf.Tensor2D, dPositions: tf.Tensor2D, ...tf.Tensor2D[]],
    Readonly<Record<string, number>>
  >;
  /** Rows of a table, picked by their indices. */
  GatherRows: Kernel<'table' | 'ids', [rows: tf.Tensor2D]>;
  /** Layer norm: each row is brought to mean 0 and variance 1, then its columns are scaled and shifted. */
  LayerNorm: Kernel<
    'x' | 'scale' | 'shift',
    [y: tf.Tensor2D, moments?: tf.Tensor2D],
    Numbers<'epsilon'>
  >;
  /** Gradients of `LayerNorm`; a kernel that kept `moments` is given them back. */
  LayerNormGradient: Kernel<
    'x' | 'scale' | 'dy',
    [dx: tf.Tensor2D, dScale: tf.Tensor1D, dShift: tf.Tensor1D],
    Numbers<'epsilon'>,
    'moments'
  >;
  /** Product of rows and a weight, plus a bias. */
  Linear: Kernel<'x' | 'weight' | 'bias', [y: tf.Tensor2D]>;
  /** Gradients of `Linear`. */
  LinearGradient: Kernel<
    'x' | 'weight' | 'dy',
    [dx: tf.Tensor2D, dWeight: tf.Tensor2D, dBias: tf.Tensor1D]
  >;
  /** Cross-entropy of labelled rows and its gradient at once. */
  MaskedCrossEntropy: Kernel<
    'logits' | 'labels',
    [loss: tf.Scalar, dLogits: tf.Tensor2D],
    Numbers<'denominator'>
  >;
  /** Query, key and value of the same rows: three `Linear` behind each other. */
  QueryKeyValue: Kernel<'x' | Weights | Biases, [qkv: tf.Tensor3D]>;
  /** Gradients of `QueryKeyValue`: dx, then each weight's, then each bias's. */
  QueryKeyValueGradient: Kernel<'x' | 'dy' | Weights, tf.Tensor[]>;
  /** Layer norm of the sum of the residual and dropped-out rows. */
  ResidualNorm: Kernel<
    'x' | 'residual' | 'scale' | 'shift',
    [y: tf.Tensor2D, sum: tf.Tensor2D, moments?: tf.Tensor2D],
    NormAttributes,
    'table'
  >;
  /** Gradients of `ResidualNorm`; a kernel that kept `moments` is given them back. */
  ResidualNormGradient: Kernel<
    'sum' | 'scale' | 'dy',
    [dx: tf.Tensor2D, dResidual: tf.Tensor2D, dScale: tf.Tensor1D, dShift: tf.Tensor1D],
    NormAttributes,
    'moments' | 'table'
  >;
  /** Dropout of hidden states, and of their gradient by the same mask. */
  RowDropout: Kernel<'x' | 'table', [y: tf.Tensor2D], DropoutAttributes>;
  /** Sum of the squares of all numbers of a tensor. */
  SumOfSquares: Kernel<'x', [sum: tf.Scalar]>;
  /** Segment sums of rows: the gradient of picking rows. It is tfjs' own op, for which tfjs' WASM backend has no kernel. */
  UnsortedSegmentSum: Kernel<'x' | 'segmentIds', [sums: tf.Tensor], Numbers<'numSegments'>>;
  /** Gradients of a linear layer's weight and bias, where the backend has no `LinearGradient`. */
  WeightGradient: Kernel<'x' | 'dy', [dWeight: tf.Tensor2D, dBias: tf.Tensor1D]>;
}

/** Numbers of one step of AdamW: see ops/adamw.ts. */
type AdamwNumbers = Numbers<
  | 'gradientFactor'
  | 'beta1'
  | 'rest1'
  | 'beta2'
  | 'rest2'
  | 'epsilon'
  | 'kept'
  | 'rate'
  | 'rootScale'
>;

interface AttentionAttributes extends DropoutAttributes {
  heads: number;
  /** Pieces of the longest sentence. */
  longest: number;
}

interface NormAttributes extends DropoutAttributes {
  epsilon: number;
}

export type KernelName = keyof KernelTable;

/** A kernel's inputs by name: tensors of the tape where an op runs it, `TensorInfo` where a backend does the work. */
export type KernelInputs<Name extends KernelName, Tensor> = Readonly<
  Record<KernelTable[Name]['inputs'], Tensor> &
    Partial<Record<KernelTable[Name]['optional'], Tensor>>
>;
export type KernelAttributes<Name extends KernelName> = KernelTable[Name]['attributes'];
export type KernelOutputs<Name extends KernelName> = KernelTable[Name]['outputs'];
