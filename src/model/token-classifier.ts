import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from '../engine/ops/gather-rows';
import { linear } from '../engine/ops/linear';
import { dropHidden } from '../engine/ops/residual-norm';
import { packVariables, type FlatBuffer } from '../engine/webgpu/flat-buffer';
import { gpuBackend } from '../engine/webgpu/gpu-backend';
import { placeBatch, planBatch } from './batch-rows';
import type { BertConfig } from './bert-config';
import { dropoutSites, encode, type DropoutStep, type EncoderInput } from './encoder';
import { checkBatch, type ModelBatch } from './model-batch';
import {
  classifierParameterShapes,
  encoderParameterShapes,
  isDecayFree,
  isLinearWeight,
} from './parameters';
import { seededNormal } from './seeded-normal';
import type { WeightTensor, Weights } from './weights';

/** BERT with a linear head over each piece (Devlin et al. 2019, §5.3; Hugging Face's BertForTokenClassification) on the backend in use. */
export class TokenClassifier {
  readonly config: BertConfig;
  readonly tagCount: number;
  /** By Hugging Face key; linear weights are [in, out] here. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  /** On WebGPU: the one buffer that all parameters lie in, those that decay first. */
  readonly flat: FlatBuffer | undefined;

  private constructor(
    config: BertConfig,
    tagCount: number,
    parameters: ReadonlyMap<string, tf.Variable>,
  ) {
    this.config = config;
    this.tagCount = tagCount;
    this.parameters = parameters;
    if (tf.getBackend() === 'webgpu') this.flat = packParameters(parameters);
  }

  /**
   * Puts weights on the device. A `classifier.*` of the right shape is taken; else the head starts as BERT's does, normal(0, 0.02) from
   * the seed, with a bias of 0.
   *
   * @throws where a weight of the encoder is missing or misshapen.
   */
  static create(
    config: BertConfig,
    weights: Weights,
    tagCount: number,
    seed: number,
  ): TokenClassifier {
    const parameters = new Map<string, tf.Variable>();
    const place = (key: string, { shape, data }: WeightTensor) => {
      parameters.set(
        key,
        tf.tidy(() => {
          const tensor = tf.tensor(data, [...shape], 'float32');
          return tf.variable(isLinearWeight(key) ? tf.transpose(tensor) : tensor);
        }),
      );
    };
    try {
      for (const [key, shape] of encoderParameterShapes(config))
        place(key, expectWeight(weights, key, shape));
      const head = classifierParameterShapes(config, tagCount);
      const known = [...head].every(([key, shape]) => hasShape(weights.get(key), shape));
      for (const [key, shape] of head)
        place(key, known ? expectWeight(weights, key, shape) : startingHead(shape, seed));
    } catch (error) {
      tf.dispose([...parameters.values()]);
      throw error;
    }
    return new TokenClassifier(config, tagCount, parameters);
  }

  /**
   * The scores of each tag for each piece; those of padding mean nothing. Call inside `tf.tidy`, or dispose of what it returns.
   *
   * @returns f32[batch, pieces, tags]
   * @throws where the batch does not fit the model.
   */
  logits(batch: ModelBatch, step?: DropoutStep): tf.Tensor3D {
    checkBatch(batch, this.config);
    const plan = planBatch(batch, this.config.vocabularySize);
    const { starts, lengths } = plan.layout;
    const { pieces } = batch;
    return tf.tidy(() => {
      const logits = this.rowLogits(placeBatch(plan), step);
      const shape: [number, number, number] = [batch.batch, pieces, this.tagCount];
      if (plan.layout.isPadded) return tf.reshape<tf.Rank.R3>(logits, shape);
      const rows = Int32Array.from({ length: batch.batch * pieces }, (_, index) => {
        const [sentence, place] = [Math.floor(index / pieces), index % pieces];
        return place < lengths[sentence]! ? starts[sentence]! + place : 0;
      });
      return tf.reshape<tf.Rank.R3>(gatherRows(logits, tf.tensor1d(rows, 'int32')), shape);
    });
  }

  /** The scores of each tag for each row of a batch that is on the device, f32[rows, tags]; those of padding and fillers mean nothing. */
  rowLogits(input: EncoderInput, step?: DropoutStep): tf.Tensor2D {
    return tf.tidy(() => {
      const states = encode(this.config, this.parameters, input, step);
      const dropped = step
        ? dropHidden(states, {
            rate: this.config.hiddenDropout,
            place: { ...step, site: dropoutSites.classifier },
            layout: input.layout,
          })
        : states;
      const weight = this.parameters.get('classifier.weight') as tf.Variable & tf.Tensor2D;
      const bias = this.parameters.get('classifier.bias') as tf.Variable & tf.Tensor1D;
      return linear(dropped, weight, bias);
    });
  }

  /** Reads every parameter back, in Hugging Face's layout. */
  async weights(): Promise<Weights> {
    const weights: Weights = new Map();
    const numbers = await this.flat?.read();
    for (const [key, variable] of this.parameters) {
      if (numbers) {
        weights.set(key, uprightWeight(key, variable.shape, numbers.get(key)!));
        continue;
      }
      const tensor = isLinearWeight(key) ? tf.transpose(variable) : variable.clone();
      weights.set(key, { shape: tensor.shape, data: await tensor.data<'float32'>() });
      tensor.dispose();
    }
    return weights;
  }

  dispose(): void {
    tf.dispose([...this.parameters.values()]);
    this.flat?.dispose();
  }
}

/** Parameters that decay before those that do not, so that an optimiser treats each kind in one go. */
function packParameters(parameters: ReadonlyMap<string, tf.Variable>): FlatBuffer {
  const [decayFree, decayed] = [true, false].map((isFree) =>
    [...parameters].filter(([key]) => isDecayFree(key) === isFree),
  ) as [[string, tf.Variable][], [string, tf.Variable][]];
  return packVariables(gpuBackend(), new Map([...decayed, ...decayFree]), 'parameters');
}

/** A parameter in Hugging Face's layout, of its numbers on the device. */
function uprightWeight(key: string, shape: number[], numbers: Float32Array): WeightTensor {
  if (!isLinearWeight(key)) return { shape, data: numbers };
  const [rows, columns] = shape as [number, number];
  const data = new Float32Array(numbers.length);
  for (let column = 0; column < columns; column++)
    for (let row = 0; row < rows; row++)
      data[column * rows + row] = numbers[row * columns + column]!;
  return { shape: [columns, rows], data };
}

function startingHead(shape: readonly number[], seed: number): WeightTensor {
  const size = tf.util.sizeFromShape([...shape]);
  return {
    shape,
    data: shape.length === 1 ? new Float32Array(size) : seededNormal(size, 0.02, seed),
  };
}

function hasShape(weight: WeightTensor | undefined, shape: readonly number[]): boolean {
  return (
    weight !== undefined &&
    weight.shape.length === shape.length &&
    weight.shape.every((size, i) => size === shape[i])
  );
}

function expectWeight(weights: Weights, key: string, shape: readonly number[]): WeightTensor {
  const weight = weights.get(key);
  if (!weight || !hasShape(weight, shape)) {
    const found = weight ? `has shape [${weight.shape.join(', ')}]` : 'is missing';
    throw new Error(
      `${key} ${found}; the configuration asks for [${shape.join(', ')}]. Choose an encoder folder that is whole.`,
    );
  }
  return weight;
}
