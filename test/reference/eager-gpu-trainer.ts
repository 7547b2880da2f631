import type { Model } from '../../src/model/model';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  readGradients,
  restoreGradients,
  type Gradients,
} from '../../src/train/optimizer/gradients';
import type { StepSettings } from '../../src/train/optimizer/optimizer-rule';
import { gatherThenApply } from '../../src/train/step/gather-then-apply';
import { GpuTrainer } from '../../src/train/step/gpu-trainer';
import type { TrainBatch } from '../../src/train/step/train-batch';
import type { Trainer, TrainerState } from '../../src/train/step/trainer';

/**
 * Trains on a GPU without replay: the oracle that `GpuTrainer` in f32 must equal bit for bit.
 *
 * Gradients come kernel by kernel from tfjs' tape. They pass through the host to a `GpuTrainer`, which only clips and applies them.
 */
export class EagerGpuTrainer implements Trainer {
  readonly #model: Model;
  readonly #update: GpuTrainer;
  #gradients: Gradients = new Map();

  constructor(model: Model) {
    this.#model = model;
    this.#update = new GpuTrainer(model);
  }

  async gather(batch: TrainBatch): Promise<number> {
    const part = lossAndGradients(this.#model, batch);
    addGradients(this.#gradients, part.gradients);
    const [loss] = await part.loss.data<'float32'>();
    part.loss.dispose();
    return loss!;
  }

  async apply(settings: StepSettings): Promise<number | undefined> {
    this.#update.restore(await this.state());
    this.discard();
    return this.#update.apply(settings);
  }

  gatherAndApply(part: TrainBatch, settings: StepSettings) {
    return gatherThenApply(this, part, settings);
  }

  discard(): void {
    disposeGradients(this.#gradients);
  }

  async state(): Promise<TrainerState> {
    const state = await this.#update.state();
    if (this.#gradients.size === 0) return state;
    const gradients = new Map(await readGradients(this.#gradients));
    if (gradients.has(WORD_TABLE_KEY)) this.#model.words?.joinParts(gradients);
    return { ...state, gradients };
  }

  restore({ gradients, ...state }: TrainerState): void {
    this.#update.restore(state);
    this.discard();
    if (!gradients) return;
    const { words, parameters } = this.#model;
    const parts = new Map(gradients);
    const table = words?.toParts(gradients.get(WORD_TABLE_KEY)!);
    for (const [key, { data }] of table ?? []) parts.set(key, data);
    this.#gradients = restoreGradients(parts, parameters);
  }

  dispose(): void {
    this.discard();
    this.#update.dispose();
  }
}
