import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import type { BertConfig } from '../src/model/bert-config';
import { isDecayFree, isLinearWeight, layerKey } from '../src/model/parameters';
import type { Weights } from '../src/model/weights';
import type { BenchBatch } from './train-cpu-messages';

// The peer: BERT and AdamW on TensorFlow.js as published, written with its ops as its documentation teaches. Nothing here is used by the
// studio.

export class StockTrainer {
  readonly #config: BertConfig;
  readonly #variables = new Map<string, tf.Variable>();
  readonly #moments = new Map<string, { m: tf.Variable; v: tf.Variable }>();
  #step = 0;

  constructor(config: BertConfig, weights: Weights) {
    this.#config = config;
    for (const [key, { shape, data }] of weights) {
      tf.tidy(() => {
        const tensor = tf.tensor(data, [...shape]);
        const variable = tf.variable(isLinearWeight(key) ? tf.transpose(tensor) : tensor);
        this.#variables.set(key, variable);
        const zeros = () => tf.variable(tf.zerosLike(variable), false);
        this.#moments.set(key, { m: zeros(), v: zeros() });
      });
    }
  }

  async step(batch: BenchBatch, learningRate: number): Promise<number> {
    const variables = [...this.#variables.values()];
    const { value, grads } = tf.variableGrads(() => this.#loss(batch), variables);
    this.#update(grads, learningRate);
    const [loss] = await value.data();
    tf.dispose([value, grads]);
    return loss!;
  }

  #loss({ batch, pieces, pieceIds, labelIds }: BenchBatch): tf.Scalar {
    const { hidden, heads, layers } = this.#config;
    const parameter = <Shape extends tf.Tensor>(key: string) =>
      this.#variables.get(key) as tf.Tensor as Shape;
    const linear = (x: tf.Tensor, key: string) =>
      tf.add(tf.matMul(x, parameter(`${key}.weight`)), parameter(`${key}.bias`));
    const norm = (x: tf.Tensor, key: string) => {
      const { mean, variance } = tf.moments(x, -1, true);
      const normal = tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-12)));
      return tf.add(tf.mul(normal, parameter(`${key}.weight`)), parameter(`${key}.bias`));
    };
    const drop = <Shape extends tf.Tensor>(x: Shape) => tf.dropout(x, 0.1) as Shape;
    const words = tf.gather(
      parameter('bert.embeddings.word_embeddings.weight'),
      tf.tensor1d(pieceIds, 'int32'),
    );
    const places = tf.tile(
      tf.slice(parameter('bert.embeddings.position_embeddings.weight'), [0, 0], [pieces, hidden]),
      [batch, 1],
    );
    const types = tf.slice(
      parameter('bert.embeddings.token_type_embeddings.weight'),
      [0, 0],
      [1, hidden],
    );
    let x = drop(norm(tf.add(tf.add(words, places), types), 'bert.embeddings.LayerNorm'));
    for (let layer = 0; layer < layers; layer++) {
      const key = layerKey(layer);
      const split = (name: string) =>
        tf.transpose(
          tf.reshape(linear(x, `${key}.attention.self.${name}`), [
            batch,
            pieces,
            heads,
            hidden / heads,
          ]),
          [0, 2, 1, 3],
        );
      const scores = tf.mul(
        tf.matMul(split('query'), split('key'), false, true),
        1 / Math.sqrt(hidden / heads),
      );
      const context = tf.transpose(
        tf.matMul(drop(tf.softmax(scores)), split('value')),
        [0, 2, 1, 3],
      );
      const attended = linear(
        tf.reshape(context, [batch * pieces, hidden]),
        `${key}.attention.output.dense`,
      );
      x = norm(tf.add(x, drop(attended)), `${key}.attention.output.LayerNorm`);
      const wide = linear(x, `${key}.intermediate.dense`);
      const gelu = tf.mul(tf.mul(wide, 0.5), tf.add(tf.erf(tf.div(wide, Math.SQRT2)), 1));
      x = norm(tf.add(x, drop(linear(gelu, `${key}.output.dense`))), `${key}.output.LayerNorm`);
    }
    const logits = linear(drop(x), 'classifier');
    const labels = tf.oneHot(tf.tensor1d(labelIds, 'int32'), logits.shape[1]!);
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), labels), -1)));
  }

  #update(grads: tf.NamedTensorMap, learningRate: number): void {
    this.#step++;
    const [correction1, correction2] = [1 - 0.9 ** this.#step, 1 - 0.999 ** this.#step];
    for (const [key, variable] of this.#variables) {
      tf.tidy(() => {
        const gradient = grads[variable.name]!;
        const { m, v } = this.#moments.get(key)!;
        m.assign(tf.add(tf.mul(m, 0.9), tf.mul(gradient, 0.1)));
        v.assign(tf.add(tf.mul(v, 0.999), tf.mul(tf.square(gradient), 0.001)));
        const update = tf.div(
          tf.div(m, correction1),
          tf.add(tf.sqrt(tf.div(v, correction2)), 1e-8),
        );
        const decay = isDecayFree(key) ? update : tf.add(update, tf.mul(variable, 0.01));
        variable.assign(tf.sub(variable, tf.mul(decay, learningRate)));
      });
    }
  }
}
