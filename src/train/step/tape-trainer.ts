import type * as tf from '@tensorflow/tfjs-core';
import { maskedCrossEntropy } from '../../engine/ops/masked-cross-entropy';
import type { Model } from '../../model/model';
import { DEFAULT_RECIPE } from '../../recipe/presets';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  measureGradients,
  readGradients,
  restoreGradients,
  type Gradients,
} from '../optimizer/gradients';
import type { StepSettings } from '../optimizer/optimizer-rule';
import { chooseOptimizer } from '../optimizer/optimizers';
import { VariableOptimizer } from '../optimizer/variable-optimizer';
import type { NumbersByKey } from '../optimizer/optimizer-state';
import { gatherThenApply } from './gather-then-apply';
import { mapSlots, withoutSpareRows, withSpareRows } from './kept-rows';
import type { Loss } from '../task';
import type { TrainBatch } from './train-batch';
import { trainedParameters } from './trained-parameters';
import type { Trainer, TrainerOptions, TrainerRecipe, TrainerState } from './trainer';

/** Training kernel by kernel, each step on tfjs' tape: how the CPU trains. */
export class TapeTrainer implements Trainer {
  readonly #parameters: ReadonlyMap<string, tf.Variable>;
  readonly #model: Model;
  readonly #loss: Loss;
  readonly #optimizer: VariableOptimizer;
  #gradients: Gradients = new Map();

  /** @throws where the model is on a GPU, or its encoder has fewer layers than the recipe freezes */
  constructor(
    model: Model,
    recipe: TrainerRecipe = DEFAULT_RECIPE,
    { loss = maskedCrossEntropy }: TrainerOptions = {},
  ) {
    // A variable's new value would not reach the flat buffer that the model is read from.
    if (model.flat) throw new Error('The model is on a GPU; train it with a GpuTrainer.');
    this.#model = model;
    this.#loss = loss;
    this.#parameters = trainedParameters(model, recipe);
    const optimizer = chooseOptimizer(this.#parameters.keys(), recipe);
    this.#optimizer = new VariableOptimizer(this.#parameters, optimizer);
  }

  async gather(part: TrainBatch): Promise<number> {
    const { loss, gradients } = lossAndGradients(this.#model, part, this.#parameters, this.#loss);
    addGradients(this.#gradients, gradients);
    const [value] = await loss.data<'float32'>();
    loss.dispose();
    return value!;
  }

  async apply(settings: StepSettings): Promise<number> {
    const { norm, factor } = await measureGradients(this.#gradients, settings.clipNorm);
    if (Number.isFinite(norm)) this.#optimizer.step(this.#gradients, settings, factor);
    this.discard();
    return norm;
  }

  gatherAndApply(part: TrainBatch, settings: StepSettings) {
    return gatherThenApply(this, part, settings);
  }

  discard(): void {
    disposeGradients(this.#gradients);
  }

  async state(): Promise<TrainerState> {
    const { words } = this.#model;
    const cut = (numbers: NumbersByKey) => withoutSpareRows(numbers, words);
    const optimizer = mapSlots(await this.#optimizer.state(), cut);
    if (this.#gradients.size === 0) return { optimizer };
    return { optimizer, gradients: cut(await readGradients(this.#gradients)) };
  }

  restore({ optimizer, gradients }: TrainerState): void {
    const { words } = this.#model;
    const pad = (numbers: NumbersByKey) => withSpareRows(numbers, words);
    this.#optimizer.restore(mapSlots(optimizer, pad));
    this.discard();
    if (gradients) this.#gradients = restoreGradients(pad(gradients), this.#parameters);
  }

  dispose(): void {
    this.discard();
    this.#optimizer.dispose();
  }
}
