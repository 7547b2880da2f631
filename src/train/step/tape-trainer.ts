import type * as tf from '@tensorflow/tfjs-core';
import type { TokenClassifier } from '../../model/token-classifier';
import { AdamW, type AdamwOptions, type AdamwState } from '../optimizer/adamw';
import { gatherThenApply } from './gather-then-apply';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  measureGradients,
  readGradients,
  restoreGradients,
  type Gradients,
} from '../optimizer/gradients';
import type { TrainBatch } from './train-batch';
import type { Trainer } from './trainer';

/** Training kernel by kernel, each step on tfjs' tape: how the CPU trains. */
export class TapeTrainer implements Trainer {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #classifier: TokenClassifier;
  readonly #optimizer: AdamW;
  #gradients: Gradients = new Map();

  constructor(
    classifier: TokenClassifier,
    parameters: ReadonlyMap<string, tf.Variable>,
    options: AdamwOptions = {},
  ) {
    this.#classifier = classifier;
    this.parameters = parameters;
    this.#optimizer = new AdamW(parameters, options);
  }

  async gather(part: TrainBatch): Promise<number> {
    const { loss, gradients } = lossAndGradients(this.#classifier, part, this.parameters);
    addGradients(this.#gradients, gradients);
    const [value] = await loss.data<'float32'>();
    loss.dispose();
    return value!;
  }

  async apply(learningRate: number, clipNorm: number): Promise<number> {
    const { norm, factor } = await measureGradients(this.#gradients, clipNorm);
    if (Number.isFinite(norm)) this.#optimizer.step(this.#gradients, learningRate, factor);
    this.discard();
    return norm;
  }

  gatherAndApply(part: TrainBatch, learningRate: number, clipNorm: number) {
    return gatherThenApply(this, part, learningRate, clipNorm);
  }

  discard(): void {
    disposeGradients(this.#gradients);
  }

  readGradients(): Promise<Map<string, Float32Array>> {
    return readGradients(this.#gradients);
  }

  restoreGradients(numbers: ReadonlyMap<string, Float32Array>): void {
    this.#gradients = restoreGradients(numbers, this.parameters);
  }

  state(): Promise<AdamwState> {
    return this.#optimizer.state();
  }

  restore(state: AdamwState): void {
    this.#optimizer.restore(state);
  }

  dispose(): void {
    this.discard();
    this.#optimizer.dispose();
  }
}
