import type * as tf from '@tensorflow/tfjs-core';
import { maskedCrossEntropy } from '../../engine/ops/masked-cross-entropy';
import { StepResults } from '../../engine/webgpu/capture/step-results';
import type { StepNumbers } from '../../engine/webgpu/code/kernel-numbers';
import { gpuBackend, type GpuBackend } from '../../engine/webgpu/device/gpu-backend';
import { FlatOptimizer } from '../../engine/webgpu/parameters/flat-optimizer';
import { HalfCopies } from '../../engine/webgpu/parameters/half-copies';
import { isLinearWeight } from '../../model/parameters';
import type { Model } from '../../model/model';
import type { Precision } from '../../recipe/precision';
import { DEFAULT_RECIPE } from '../../recipe/presets';
import { LossScale } from '../optimizer/loss-scale';
import { planUpdate, type Optimizer, type StepSettings } from '../optimizer/optimizer-rule';
import { checkOptimizerState, checkSizes, type NumbersByKey } from '../optimizer/optimizer-state';
import { chooseOptimizer } from '../optimizer/optimizers';
import { StepCache } from './step-cache';
import type { TrainBatch } from './train-batch';
import { trainedParameters } from './trained-parameters';
import type { Trainer, TrainerOptions, TrainerRecipe, TrainerState } from './trainer';
import { keptSizes, readKept, writeKept } from './kept-rows';

export interface GpuTrainerOptions extends TrainerOptions {
  /**
   * Precision of a step, f32 by default. In `f16` states, and the weights that products read, are in half precision; sums, softmax, norms, the
   * weights themselves, their gradients and the optimiser's slots are f32 (Micikevicius et al. 2018).
   */
  precision?: Precision;
  /** Loss scale of the first step in f16. */
  lossScale?: number;
}

/** Training on a GPU: a step of each shape is captured once and then replayed; gradients, clipping and update stay on the device. */
export class GpuTrainer implements Trainer {
  readonly #parameters: ReadonlyMap<string, tf.Variable>;
  readonly #backend: GpuBackend;
  readonly #model: Model;
  readonly #optimizer: Optimizer;
  readonly #flat: FlatOptimizer;
  readonly #results: StepResults;
  readonly #steps: StepCache;
  /** Copies of the weights in half precision, in f16 only. */
  readonly #copies: HalfCopies | undefined;
  #lossScale: LossScale | undefined;
  /** Whether there are gradients that the next part adds to. */
  #hasGradients = false;
  #scalars: Readonly<Record<string, number>>;

  /** @throws where the encoder has fewer layers than the recipe freezes */
  constructor(
    model: Model,
    recipe: TrainerRecipe = DEFAULT_RECIPE,
    { precision = 'f32', lossScale, loss = maskedCrossEntropy }: GpuTrainerOptions = {},
  ) {
    this.#backend = gpuBackend();
    this.#model = model;
    const { flat } = model;
    if (!flat) throw new Error('The model was made on another backend; make it anew.');
    this.#parameters = trainedParameters(model, recipe);
    this.#optimizer = chooseOptimizer(this.#parameters.keys(), recipe);
    this.#scalars = this.#optimizer.rule.scalars;
    if (precision === 'f16') {
      const weights = [...flat.parts.keys()].filter(isLinearWeight);
      this.#copies = new HalfCopies(this.#backend, flat, weights);
      this.#lossScale = new LossScale(lossScale === undefined ? {} : { scale: lossScale });
    }
    this.#results = new StepResults(this.#backend.gpu);
    this.#flat = new FlatOptimizer(
      this.#backend,
      flat,
      this.#results,
      this.#optimizer.rule,
      this.#optimizer.groups.map(({ keys }) => keys),
      this.#copies,
    );
    this.#steps = new StepCache({
      ...{ backend: this.#backend, model, loss, parameters: this.#parameters },
      ...{ gradients: this.#flat.gradients, results: this.#results },
      ...(this.#copies ? { copies: this.#copies } : {}),
    });
  }

  async gather(part: TrainBatch): Promise<number> {
    const { captured, inputs } = this.#steps.find(part);
    captured.run(inputs, this.#stepNumbers(part));
    this.#hasGradients = true;
    const { loss } = await captured.read();
    return loss;
  }

  async gatherAndApply(part: TrainBatch, settings: StepSettings) {
    const { captured, inputs } = this.#steps.find(part);
    const update = this.#planUpdate(settings);
    captured.run(inputs, this.#stepNumbers(part), update.append);
    this.discard();
    const { loss, norm } = await captured.read();
    return { loss, norm: Number.isFinite(loss) ? update.judge(norm) : NaN };
  }

  async apply(settings: StepSettings): Promise<number | undefined> {
    const update = this.#planUpdate(settings);
    const { queue } = this.#backend.gpu;
    queue.flush();
    queue.submit((encoder) => {
      update.append(encoder);
      this.#results.copy(encoder);
    });
    this.discard();
    const { norm } = await this.#results.read();
    return update.judge(norm);
  }

  /** Plans the update that follows the last: its commands, and what its norm means once it is known; see `apply`. */
  #planUpdate(settings: StepSettings) {
    const { scalars, constants } = planUpdate(this.#optimizer, this.#scalars, settings);
    return {
      append: (encoder: GPUCommandEncoder) =>
        this.#flat.append(encoder, constants, settings.clipNorm, this.#scale),
      judge: (norm: number) => {
        if (Number.isFinite(norm)) {
          this.#scalars = scalars;
          this.#lossScale?.grow();
        } else if (this.#lossScale?.shrink()) {
          return undefined;
        }
        return norm;
      },
    };
  }

  discard(): void {
    this.#hasGradients = false;
  }

  async state(): Promise<TrainerState> {
    const { words } = this.#model;
    const { kind } = this.#optimizer.rule;
    const slots = new Map<string, NumbersByKey>();
    for (const [slot, flat] of this.#flat.slots) slots.set(slot, await readKept(flat, words));
    const state: TrainerState = { optimizer: { kind, slots, scalars: this.#scalars } };
    if (this.#lossScale) state.lossScale = this.#lossScale.state();
    if (this.#hasGradients) {
      const gradients = await readKept(this.#flat.gradients, words);
      for (const numbers of gradients.values()) scaleBy(numbers, 1 / this.#scale);
      state.gradients = gradients;
    }
    return state;
  }

  restore({ optimizer, lossScale, gradients }: TrainerState): void {
    const { words } = this.#model;
    const sizes = keptSizes(this.#parameters, words);
    checkOptimizerState(optimizer, this.#optimizer.rule, sizes);
    if (gradients) checkSizes('gradient', gradients, sizes);
    if (this.#lossScale && lossScale) this.#lossScale = new LossScale(lossScale);
    for (const key of sizes.keys()) {
      for (const [slot, flat] of this.#flat.slots)
        writeKept(flat, words, key, optimizer.slots.get(slot)!.get(key)!);
      const gradient = gradients?.get(key);
      if (gradient) {
        const scaled = scaleBy(gradient.slice(), this.#scale);
        writeKept(this.#flat.gradients, words, key, scaled);
      }
    }
    this.#scalars = optimizer.scalars;
    this.#hasGradients = gradients !== undefined;
  }

  get #scale(): number {
    return this.#lossScale?.scale ?? 1;
  }

  /** Takes the memory that such a micro-batch needs, without running it. */
  prepare(part: TrainBatch): void {
    this.#steps.find(part);
  }

  /** Describes the dispatches of each shape so far, and the bytes that they share. */
  describe(): { plans: string[][]; arenaBytes: number } {
    return this.#steps.describe();
  }

  dispose(): void {
    this.#steps.dispose();
    this.#flat.dispose();
    this.#results.dispose();
    this.#copies?.dispose();
  }

  #stepNumbers({ dropout, denominator }: TrainBatch): StepNumbers {
    const { seed, step } = dropout ?? { seed: 0, step: 0 };
    const addsGradients = this.#hasGradients;
    return { seed, step, denominator, lossScale: this.#scale, addsGradients };
  }
}

function scaleBy(numbers: Float32Array, factor: number): Float32Array {
  if (factor !== 1) for (let i = 0; i < numbers.length; i++) numbers[i]! *= factor;
  return numbers;
}
