import * as tf from '@tensorflow/tfjs-core';
import { placeBatch, type DeviceBatch } from '../engine/ops/device-batch';
import { dropHidden } from '../engine/ops/dropout';
import { linear } from '../engine/ops/linear';
import type { FlatBuffer } from '../engine/webgpu/parameters/flat-buffer';
import { layOutBatch, type BatchLayout } from './lay-out-batch';
import type { BertConfig } from './bert-config';
import { dropoutSites, encode, type DropoutStep } from './encoder';
import { keepInts } from './kept-ints';
import { ParameterStore } from './parameter-store';
import { classifierParameterShapes, encoderParameterShapes } from './parameters';
import { checkBatch, type PieceBatch } from './piece-batch';
import { seededNormal } from '../random/seeded-normal';
import type { WordTable } from './word-table';
import type { WeightTensor, Weights } from './weights';

/** BERT with a linear head over each piece (Devlin et al. 2019, §5.3; Hugging Face's BertForTokenClassification) on the backend in use. */
export class TokenClassifier {
  readonly config: BertConfig;
  readonly tagCount: number;
  readonly #store: ParameterStore;
  /** What batches are laid out in. */
  readonly ints = keepInts();

  private constructor(config: BertConfig, tagCount: number, store: ParameterStore) {
    this.config = config;
    this.tagCount = tagCount;
    this.#store = store;
  }

  /**
   * Puts weights on the device. A `classifier.*` of the right shape is taken; else the head starts as BERT's does, normal(0, 0.02) from
   * the seed, with a bias of 0.
   *
   * @param pieceIds see `ParameterStore`
   * @throws where a weight of the encoder is missing or misshapen.
   */
  static create(
    config: BertConfig,
    weights: Weights,
    tagCount: number,
    seed: number,
    pieceIds?: Iterable<number>,
  ): TokenClassifier {
    const chosen: Weights = new Map();
    for (const [key, shape] of encoderParameterShapes(config))
      chosen.set(key, expectWeight(weights, key, shape));
    const head = classifierParameterShapes(config, tagCount);
    const isKnown = [...head].every(([key, shape]) => hasShape(weights.get(key), shape));
    for (const [key, shape] of head)
      chosen.set(key, isKnown ? expectWeight(weights, key, shape) : startingHead(shape, seed));
    return new TokenClassifier(config, tagCount, new ParameterStore(chosen, pieceIds));
  }

  /** By Hugging Face key, and the parts of a `WordTable`; linear weights are [in, out] here. */
  get parameters(): ReadonlyMap<string, tf.Variable> {
    return this.#store.variables;
  }

  /** See `ParameterStore.words`. */
  get words(): WordTable | undefined {
    return this.#store.words;
  }

  /** On WebGPU: see `ParameterStore.flat`. */
  get flat(): FlatBuffer | undefined {
    return this.#store.flat;
  }

  /**
   * Scores each tag for each piece, without dropout.
   *
   * @returns f32[pieces, tags], sentence after sentence
   * @throws where the batch does not fit the model.
   */
  async score(batch: PieceBatch): Promise<Float32Array> {
    const { arrays, longest } = this.layOut(batch);
    const logits = tf.tidy(() => this.logits(placeBatch(arrays, longest)));
    try {
      const scores = await logits.data<'float32'>();
      return scores.slice(0, batch.pieceIds.length * this.tagCount);
    } finally {
      logits.dispose();
    }
  }

  /** Lays a batch out as the backend in use wants it; this holds until the next is laid out. @throws where it does not fit the model. */
  layOut(batch: PieceBatch): BatchLayout {
    checkBatch(batch, this.config);
    const store = this.#store;
    return layOutBatch(batch, store.tableRows, (pieces) => store.lookUp(pieces), this.ints);
  }

  /** Computes the scores of each tag for each row of a batch that is on the device, f32[rows, tags]; those of fillers mean nothing. */
  logits(batch: DeviceBatch, step?: DropoutStep): tf.Tensor2D {
    return tf.tidy(() => {
      const states = encode(this.config, this.parameters, batch, step);
      const dropped = step
        ? dropHidden(states, {
            rate: this.config.hiddenDropout,
            place: { ...step, site: dropoutSites.classifier },
            batch,
          })
        : states;
      const weight = this.parameters.get('classifier.weight') as tf.Variable & tf.Tensor2D;
      const bias = this.parameters.get('classifier.bias') as tf.Variable & tf.Tensor1D;
      return linear(dropped, weight, bias);
    });
  }

  /** Reads every parameter back, in Hugging Face's layout. */
  weights(): Promise<Weights> {
    return this.#store.read();
  }

  dispose(): void {
    this.#store.dispose();
  }
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
