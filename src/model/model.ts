import * as tf from '@tensorflow/tfjs-core';
import { placeBatch, type DeviceBatch } from '../engine/ops/device-batch';
import type { FlatBuffer } from '../engine/webgpu/parameters/flat-buffer';
import { encode } from './bert';
import type { BertConfig } from './bert-config';
import { bertWeights } from './bert-weights';
import type { DropoutStep } from './dropout-sites';
import type { Head } from './heads/head';
import { keepInts } from './kept-ints';
import { layOutBatch, type BatchLayout } from './lay-out-batch';
import { ParameterStore } from './parameter-store';
import { encoderParameterShapes } from './parameters';
import { checkBatch, type PieceBatch } from './piece-batch';
import { WORD_TABLE_KEY, type RowsOfPieces, type WordTable } from './word-table';
import type { WeightTensor, Weights } from './weights';

/** An encoder with a head on top, on the backend in use. */
export class Model {
  readonly config: BertConfig;
  readonly head: Head;
  readonly #store: ParameterStore;
  /** Memory that batches are laid out in. */
  readonly ints = keepInts();

  private constructor(config: BertConfig, head: Head, store: ParameterStore) {
    this.config = config;
    this.head = head;
    this.#store = store;
  }

  /**
   * Puts weights on the device. The head's are taken where all of them have the right shape; else it starts from the seed.
   *
   * @param words rows of the word-embedding table that the model is made for (`readWordTable`); absent, the weights have the table whole
   * @example const model = Model.create(config, weights, tokenClassification(9), 1);
   *   await model.score(joinSentences([[101, 7592, 102]])); // f32[3, 9]
   * @throws where a weight of the encoder is missing or misshapen.
   */
  static create(
    config: BertConfig,
    weights: Weights,
    head: Head,
    seed: number,
    words?: WordTable,
  ): Model {
    const chosen: Weights = new Map();
    for (const [key, shape] of encoderParameterShapes(config)) {
      chosen.set(
        key,
        words && key === WORD_TABLE_KEY
          ? keptRows(words, shape)
          : expectWeight(weights, key, shape),
      );
    }
    const ofHead = head.parameterShapes(config);
    const isKnown = [...ofHead].every(([key, shape]) => hasShape(weights.get(key), shape));
    const source = isKnown ? weights : head.startingWeights(config, seed);
    for (const [key, shape] of ofHead) chosen.set(key, expectWeight(source, key, shape));
    return new Model(config, head, new ParameterStore(chosen, words));
  }

  /** The parameters on the device: see `ParameterStore.variables`. */
  get parameters(): ReadonlyMap<string, tf.Variable> {
    return this.#store.variables;
  }

  /** The word-embedding table in part: see `ParameterStore.words`. */
  get words(): WordTable | undefined {
    return this.#store.words;
  }

  /** The buffers of all parameters on WebGPU: see `ParameterStore.flat`. */
  get flat(): FlatBuffer | undefined {
    return this.#store.flat;
  }

  /**
   * Scores each piece, without dropout.
   *
   * @returns f32[pieces, outputs of the head], sentence after sentence
   * @throws where the batch does not fit the model.
   */
  async score(batch: PieceBatch): Promise<Float32Array> {
    checkBatch(batch, this.config);
    const strangers = await this.words?.readStrangers(batch.pieceIds);
    // Nothing waits between here and the look-up: another batch may bring other strangers.
    const { arrays, longest } = this.layOut(batch, strangers);
    const logits = tf.tidy(() => this.logits(placeBatch(arrays, longest)));
    try {
      const scores = await logits.data<'float32'>();
      return scores.slice(0, batch.pieceIds.length * this.head.outputs);
    } finally {
      logits.dispose();
    }
  }

  /**
   * Lays a batch out as the backend in use wants it; this holds until the next is laid out.
   *
   * @param strangers see `ParameterStore.lookUp`
   * @throws where it does not fit the model.
   */
  layOut(batch: PieceBatch, strangers?: RowsOfPieces): BatchLayout {
    checkBatch(batch, this.config);
    const store = this.#store;
    const lookUp = (pieces: Int32Array) => store.lookUp(pieces, strangers);
    return layOutBatch(batch, store.tableRows, lookUp, this.ints);
  }

  /** Computes the scores of each row of a batch that is on the device, f32[rows, outputs]; those of fillers mean nothing. */
  logits(batch: DeviceBatch, dropout?: DropoutStep): tf.Tensor2D {
    const { config, head, parameters } = this;
    return tf.tidy(() => {
      const states = encode(config, bertWeights(config, parameters), batch, dropout); // [rows, hidden]
      return head.logits(states, parameters, { config, batch, dropout }); // [rows, outputs]
    });
  }

  /** Reads every parameter back, in Hugging Face's layout; of the word-embedding table the rows of `words.ids`, where it is so. */
  weights(): Promise<Weights> {
    return this.#store.read();
  }

  dispose(): void {
    this.#store.dispose();
  }
}

function keptRows(words: WordTable, shape: readonly number[]): WeightTensor {
  if (words.shape.join() === shape.join()) return { shape: words.keptShape, data: words.startRows };
  throw new Error(
    `${WORD_TABLE_KEY} has shape [${words.shape.join(', ')}]; the configuration asks for [${shape.join(', ')}]. Choose an encoder folder that is whole.`,
  );
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
