import type * as tf from '@tensorflow/tfjs-core';
import type { TokenClassifier } from '../../src/model/token-classifier';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import type { AdamwState } from '../../src/train/optimizer/adamw';
import { gatherThenApply } from '../../src/train/step/gather-then-apply';
import { GpuTrainer } from '../../src/train/step/gpu-trainer';
import { TapeTrainer } from '../../src/train/step/tape-trainer';
import type { TrainBatch, Trainer } from '../../src/train/step/trainer';

/**
 * Trains on a GPU without replay: the oracle that `GpuTrainer` in f32 must equal bit for bit.
 *
 * Gradients come kernel by kernel from tfjs' tape. They pass through the host to a `GpuTrainer`, which only clips and applies them.
 */
export class EagerGpuTrainer implements Trainer {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #classifier: TokenClassifier;
  readonly #tape: TapeTrainer;
  readonly #update: GpuTrainer;

  constructor(classifier: TokenClassifier, parameters: ReadonlyMap<string, tf.Variable>) {
    this.#classifier = classifier;
    this.#tape = new TapeTrainer(classifier, parameters);
    this.#update = new GpuTrainer(classifier, parameters);
    this.parameters = this.#update.parameters;
  }

  gather(part: TrainBatch): Promise<number> {
    return this.#tape.gather(part);
  }

  async apply(learningRate: number, clipNorm: number): Promise<number | undefined> {
    this.#update.restoreGradients(await this.readGradients());
    this.#tape.discard();
    return this.#update.apply(learningRate, clipNorm);
  }

  gatherAndApply(part: TrainBatch, learningRate: number, clipNorm: number) {
    return gatherThenApply(this, part, learningRate, clipNorm);
  }

  discard(): void {
    this.#tape.discard();
  }

  async readGradients(): Promise<Map<string, Float32Array>> {
    const gradients = await this.#tape.readGradients();
    if (gradients.has(WORD_TABLE_KEY)) this.#classifier.words?.joinParts(gradients);
    return gradients;
  }

  restoreGradients(numbers: ReadonlyMap<string, Float32Array>): void {
    const parts = new Map(numbers);
    const table = numbers.get(WORD_TABLE_KEY);
    if (table) {
      for (const [key, { data }] of this.#classifier.words?.toParts(table) ?? [])
        parts.set(key, data);
    }
    this.#tape.restoreGradients(parts);
  }

  state(): Promise<AdamwState> {
    return this.#update.state();
  }

  restore(state: AdamwState): void {
    this.#update.restore(state);
  }

  dispose(): void {
    for (const trainer of [this.#tape, this.#update]) trainer.dispose();
  }
}
