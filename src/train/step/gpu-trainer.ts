import * as tf from '@tensorflow/tfjs-core';
import { accumulate } from '../../engine/ops/accumulate';
import { FlatAdamw } from '../../engine/webgpu/parameters/flat-adamw';
import type { FlatBuffer } from '../../engine/webgpu/parameters/flat-buffer';
import { gpuBackend, type GpuBackend } from '../../engine/webgpu/device/gpu-backend';
import { HalfCopies } from '../../engine/webgpu/parameters/half-copies';
import type { StepNumbers } from '../../engine/webgpu/code/gpu-kernel';
import { StepResults } from '../../engine/webgpu/capture/step-results';
import type { Precision } from '../../recipe/precision';
import { isDecayFree, isLinearWeight } from '../../model/parameters';
import type { TokenClassifier } from '../../model/token-classifier';
import { WORD_TABLE_KEY } from '../../model/word-table';
import {
  ADAMW_DEFAULTS,
  checkMoments,
  type AdamwOptions,
  type AdamwState,
} from '../optimizer/adamw';
import { gatherThenApply } from './gather-then-apply';
import { checkGradients } from '../optimizer/gradients';
import { LossScale } from '../optimizer/loss-scale';
import { differentiateInputs, planInputs } from './step-inputs';
import { StepCache } from './step-cache';
import type { TrainBatch, Trainer } from './trainer';

export interface GpuTrainerOptions extends AdamwOptions {
  /** Runs every step kernel by kernel on tfjs' tape: the oracle that a replay in f32 must equal bit for bit. Always in f32. */
  isEager?: boolean;
  /**
   * `f16`: states, and the weights that products read, are in half precision; sums, softmax, norms, the weights themselves, their gradients
   * and moments are f32 (Micikevicius et al. 2018). f32 by default.
   */
  precision?: Precision;
  /** The first in f16. */
  lossScale?: number;
}

/** Training on a GPU: a step of each shape is captured once and then replayed; gradients, clipping and AdamW stay on the device. */
export class GpuTrainer implements Trainer {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #backend: GpuBackend;
  readonly #classifier: TokenClassifier;
  readonly #options: Required<AdamwOptions>;
  readonly #isEager: boolean;
  readonly #optimizer: FlatAdamw;
  readonly #results: StepResults;
  readonly #steps: StepCache;
  /** Only in half precision. */
  readonly #copies: HalfCopies | undefined;
  #lossScale: LossScale | undefined;
  /** Whether there are gradients that the next part adds to. */
  #hasGradients = false;
  #beta1Power = 1;
  #beta2Power = 1;

  constructor(
    classifier: TokenClassifier,
    parameters: ReadonlyMap<string, tf.Variable>,
    { isEager = false, precision = 'f32', lossScale, ...options }: GpuTrainerOptions = {},
  ) {
    this.#backend = gpuBackend();
    this.#classifier = classifier;
    this.#options = { ...ADAMW_DEFAULTS, ...options };
    this.#isEager = isEager;
    const { flat } = classifier;
    if (!flat) throw new Error('The classifier was made on another backend; make it anew.');
    const trained = [...flat.parts.keys()].filter((key) => parameters.has(key));
    this.parameters = new Map(trained.map((key) => [key, parameters.get(key)!]));
    if (precision === 'f16' && !isEager) {
      this.#copies = new HalfCopies(
        this.#backend,
        flat,
        [...flat.parts.keys()].filter(isLinearWeight),
      );
      this.#lossScale = new LossScale(lossScale === undefined ? {} : { scale: lossScale });
    }
    const decays = (key: string) => !isDecayFree(key);
    this.#results = new StepResults(this.#backend);
    this.#optimizer = new FlatAdamw(
      this.#backend,
      flat,
      this.#results,
      trained,
      decays,
      this.#copies,
    );
    this.#steps = new StepCache({
      ...{ backend: this.#backend, classifier, parameters: this.parameters },
      ...{ gradients: this.#optimizer.gradients, results: this.#results },
      ...(this.#copies ? { copies: this.#copies } : {}),
    });
  }

  async gather(part: TrainBatch): Promise<number> {
    if (this.#isEager) return this.#gatherEagerly(part);
    const { captured, inputs } = this.#steps.find(part);
    captured.run(inputs, this.#stepNumbers(part));
    this.#hasGradients = true;
    const { loss } = await captured.read();
    return loss;
  }

  async gatherAndApply(part: TrainBatch, learningRate: number, clipNorm: number) {
    if (this.#isEager) return gatherThenApply(this, part, learningRate, clipNorm);
    const { captured, inputs } = this.#steps.find(part);
    const update = this.#nextUpdate(learningRate, clipNorm);
    captured.run(inputs, this.#stepNumbers(part), update.append);
    this.discard();
    const { loss, norm } = await captured.read();
    return { loss, norm: Number.isFinite(loss) ? update.judge(norm) : NaN };
  }

  /** Takes the memory that such a micro-batch needs, without running it. */
  prepare(part: TrainBatch): void {
    this.#steps.find(part);
  }

  async apply(learningRate: number, clipNorm: number): Promise<number | undefined> {
    const update = this.#nextUpdate(learningRate, clipNorm);
    this.#backend.flush();
    this.#backend.submit((encoder) => {
      update.append(encoder);
      this.#results.copy(encoder);
    });
    this.discard();
    const { norm } = await this.#results.read();
    return update.judge(norm);
  }

  /** The update that follows the last, and what is to be done once its norm is known; see `apply`. */
  #nextUpdate(learningRate: number, clipNorm: number) {
    const { weightDecay, beta1, beta2, epsilon } = this.#options;
    const beta1Power = this.#beta1Power * beta1;
    const beta2Power = this.#beta2Power * beta2;
    const step = { learningRate, weightDecay, beta1, beta2, epsilon, beta1Power, beta2Power };
    return {
      append: (encoder: GPUCommandEncoder) =>
        this.#optimizer.append(encoder, step, clipNorm, this.#lossScale?.scale),
      judge: (norm: number) => {
        if (Number.isFinite(norm)) {
          this.#beta1Power = beta1Power;
          this.#beta2Power = beta2Power;
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

  async readGradients(): Promise<Map<string, Float32Array>> {
    const gradients = await this.#optimizer.gradients.read();
    for (const numbers of gradients.values()) scaleBy(numbers, 1 / this.#scale);
    return this.#expand(gradients);
  }

  restoreGradients(numbers: ReadonlyMap<string, Float32Array>): void {
    checkGradients(numbers, this.#wholeSizes());
    for (const key of this.#wholeSizes().keys())
      this.#write(this.#optimizer.gradients, key, scaleBy(numbers.get(key)!.slice(), this.#scale));
    this.#hasGradients = true;
  }

  async state(): Promise<AdamwState> {
    const m = this.#expand(await this.#optimizer.m.read());
    const v = this.#expand(await this.#optimizer.v.read());
    const moments = new Map(
      Array.from(m, ([key, numbers]) => [key, { m: numbers, v: v.get(key)! }]),
    );
    const lossScale = this.#lossScale?.state();
    return {
      ...{ beta1Power: this.#beta1Power, beta2Power: this.#beta2Power, moments },
      ...(lossScale ? { lossScale } : {}),
    };
  }

  restore({ beta1Power, beta2Power, moments, lossScale }: AdamwState): void {
    checkMoments(moments, this.#wholeSizes());
    for (const key of this.#wholeSizes().keys()) {
      const { m, v } = moments.get(key)!;
      this.#write(this.#optimizer.m, key, m);
      this.#write(this.#optimizer.v, key, v);
    }
    this.#beta1Power = beta1Power;
    this.#beta2Power = beta2Power;
    if (this.#lossScale && lossScale) this.#lossScale = new LossScale(lossScale);
  }

  get #scale(): number {
    return this.#lossScale?.scale ?? 1;
  }

  /** The dispatches of each shape so far, and the bytes that they share. */
  describe(): { plans: string[][]; arenaBytes: number } {
    return this.#steps.describe();
  }

  dispose(): void {
    this.#steps.dispose();
    this.#optimizer.dispose();
    this.#results.dispose();
    this.#copies?.dispose();
  }

  /** What is kept of the word-embedding table as the whole of it: pieces that the corpus does not have have gradients and moments of 0. */
  #expand(numbers: Map<string, Float32Array>): Map<string, Float32Array> {
    const { words } = this.#classifier;
    if (numbers.has(WORD_TABLE_KEY)) words?.joinParts(numbers);
    return numbers;
  }

  #write(flat: FlatBuffer, key: string, numbers: Float32Array): void {
    const { words } = this.#classifier;
    if (!words || key !== WORD_TABLE_KEY) flat.write(key, numbers);
    else for (const [part, { data }] of words.toParts(numbers)) flat.write(part, data);
  }

  /** As checkpoints have them. */
  #wholeSizes(): Map<string, { size: number }> {
    const sizes = new Map<string, { size: number }>(this.parameters);
    const { words } = this.#classifier;
    if (!words || !sizes.has(WORD_TABLE_KEY)) return sizes;
    for (const key of words.keys) sizes.delete(key);
    return sizes.set(WORD_TABLE_KEY, { size: words.shape[0] * words.shape[1] });
  }

  #stepNumbers({ dropout, labelledWords }: TrainBatch): StepNumbers {
    const { seed, step } = dropout ?? { seed: 0, step: 0 };
    const addsGradients = this.#hasGradients;
    return { seed, step, denominator: labelledWords, lossScale: this.#scale, addsGradients };
  }

  async #gatherEagerly(part: TrainBatch): Promise<number> {
    const { gradients } = this.#optimizer;
    const { plan, inputs } = planInputs(this.#classifier, part);
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, numbers]) => [name, tf.tensor1d(numbers, 'int32')]),
    );
    const result = differentiateInputs(this.#classifier, this.parameters, plan, tensors, part);
    for (const [key, gradient] of result.gradients) {
      if (this.#hasGradients) tf.dispose(accumulate(gradients.tensor(key), gradient));
      else gradients.copyFrom(key, gradient);
    }
    this.#hasGradients = true;
    const [loss] = await result.loss.data<'float32'>();
    tf.dispose([result.loss, ...result.gradients.values(), ...Object.values(tensors)]);
    return loss!;
  }
}

function scaleBy(numbers: Float32Array, factor: number): Float32Array {
  if (factor !== 1) for (let i = 0; i < numbers.length; i++) numbers[i]! *= factor;
  return numbers;
}
