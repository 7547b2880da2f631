import * as tf from '@tensorflow/tfjs-core';
import { accumulate } from '../engine/ops/accumulate';
import { Arena } from '../engine/webgpu/arena';
import {
  CapturedStep,
  type LossAndGradients,
  type StepInputs,
} from '../engine/webgpu/captured-step';
import { FlatAdamw } from '../engine/webgpu/flat-adamw';
import { gpuBackend, type GpuBackend } from '../engine/webgpu/gpu-backend';
import type { StepNumbers } from '../engine/webgpu/gpu-kernel';
import type { BatchRows } from '../model/batch-rows';
import { isDecayFree } from '../model/parameters';
import type { TokenClassifier } from '../model/token-classifier';
import { WORD_TABLE_KEY } from '../model/word-table';
import { adamwDefaults, checkMoments, type AdamwOptions, type AdamwState } from './adamw';
import { checkGradients, differentiateLoss, labelRows } from './gradients';
import type { TrainBatch, Trainer } from './trainer';

/** Plans kept: a corpus has some tens of shapes, and a plan of its own takes little. */
const MAX_PLANS = 64;

export interface GpuTrainerOptions extends AdamwOptions {
  /** Runs every step kernel by kernel on tfjs' tape: the oracle that a replay must equal bit for bit. */
  isEager?: boolean;
}

/** Training on a GPU: a step of each shape is captured once and then replayed; gradients, clipping and AdamW stay on the device. */
export class GpuTrainer implements Trainer {
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #backend: GpuBackend;
  readonly #classifier: TokenClassifier;
  readonly #options: Required<AdamwOptions>;
  readonly #isEager: boolean;
  readonly #optimizer: FlatAdamw;
  readonly #arena: Arena;
  /** By shape, the one used last at the end. */
  readonly #plans = new Map<string, CapturedStep>();
  /** Whether there are gradients that the next part adds to. */
  #hasGradients = false;
  #beta1Power = 1;
  #beta2Power = 1;

  constructor(
    classifier: TokenClassifier,
    parameters: ReadonlyMap<string, tf.Variable>,
    { isEager = false, ...options }: GpuTrainerOptions = {},
  ) {
    this.#backend = gpuBackend();
    this.#classifier = classifier;
    this.#options = { ...adamwDefaults, ...options };
    this.#isEager = isEager;
    const { flat } = classifier;
    if (!flat) throw new Error('The classifier was made on another backend; make it anew.');
    const trained = [...flat.parts.keys()].filter((key) => parameters.has(key));
    this.parameters = new Map(trained.map((key) => [key, parameters.get(key)!]));
    this.#optimizer = new FlatAdamw(this.#backend, flat, trained, (key) => !isDecayFree(key));
    this.#arena = new Arena(this.#backend);
  }

  async gather(part: TrainBatch): Promise<number> {
    const plan = this.#classifier.planBatch(part.batch);
    const inputs = inputsOf(plan, part.labelIds);
    if (this.#isEager) return this.#gatherEagerly(plan, inputs, part);
    const captured = this.#capturedStep(plan, inputs, part);
    captured.run(inputs, this.#stepNumbers(part));
    this.#hasGradients = true;
    return captured.readLoss();
  }

  /** Takes the memory that such a micro-batch needs, without running it. */
  prepare(part: TrainBatch): void {
    const plan = this.#classifier.planBatch(part.batch);
    this.#capturedStep(plan, inputsOf(plan, part.labelIds), part);
  }

  async apply(learningRate: number, clipNorm: number): Promise<number> {
    const { weightDecay, beta1, beta2, epsilon } = this.#options;
    const beta1Power = this.#beta1Power * beta1;
    const beta2Power = this.#beta2Power * beta2;
    const step = { learningRate, weightDecay, beta1, beta2, epsilon, beta1Power, beta2Power };
    this.#optimizer.step(step, clipNorm);
    this.discard();
    const norm = await this.#optimizer.readNorm();
    if (Number.isFinite(norm)) {
      this.#beta1Power = beta1Power;
      this.#beta2Power = beta2Power;
    }
    return norm;
  }

  discard(): void {
    this.#hasGradients = false;
  }

  async readGradients(): Promise<Map<string, Float32Array>> {
    return this.#expand(await this.#optimizer.gradients.read());
  }

  restoreGradients(numbers: ReadonlyMap<string, Float32Array>): void {
    checkGradients(numbers, this.#wholeSizes());
    for (const key of this.parameters.keys())
      this.#optimizer.gradients.write(key, this.#compact(key, numbers.get(key)!));
    this.#hasGradients = true;
  }

  async state(): Promise<AdamwState> {
    const m = this.#expand(await this.#optimizer.m.read());
    const v = this.#expand(await this.#optimizer.v.read());
    const moments = new Map(
      Array.from(m, ([key, numbers]) => [key, { m: numbers, v: v.get(key)! }]),
    );
    return { beta1Power: this.#beta1Power, beta2Power: this.#beta2Power, moments };
  }

  restore({ beta1Power, beta2Power, moments }: AdamwState): void {
    checkMoments(moments, this.#wholeSizes());
    for (const key of this.parameters.keys()) {
      const { m, v } = moments.get(key)!;
      this.#optimizer.m.write(key, this.#compact(key, m));
      this.#optimizer.v.write(key, this.#compact(key, v));
    }
    this.#beta1Power = beta1Power;
    this.#beta2Power = beta2Power;
  }

  /** The dispatches of each shape so far, and the bytes that they share. */
  describe(): { plans: string[][]; arenaBytes: number } {
    const plans = [...this.#plans.values()];
    return {
      plans: plans.map(({ plan }) => plan.describe()),
      arenaBytes: this.#arena.bytes,
    };
  }

  dispose(): void {
    for (const captured of this.#plans.values()) captured.dispose();
    this.#plans.clear();
    this.#arena.dispose();
    this.#optimizer.dispose();
  }

  /** What is kept of the word-embedding table as the whole of it: pieces that the corpus does not have have gradients and moments of 0. */
  #expand(numbers: Map<string, Float32Array>): Map<string, Float32Array> {
    const { words } = this.#classifier;
    const kept = numbers.get(WORD_TABLE_KEY);
    if (words && kept) numbers.set(WORD_TABLE_KEY, words.expand(kept));
    return numbers;
  }

  #compact(key: string, numbers: Float32Array): Float32Array {
    const { words } = this.#classifier;
    return words && key === WORD_TABLE_KEY ? words.compact(numbers) : numbers;
  }

  /** As checkpoints have them. */
  #wholeSizes(): Map<string, { size: number }> {
    const sizes = new Map<string, { size: number }>(this.parameters);
    const shape = this.#classifier.words?.shape;
    if (shape && sizes.has(WORD_TABLE_KEY))
      sizes.set(WORD_TABLE_KEY, { size: shape[0] * shape[1] });
    return sizes;
  }

  #stepNumbers({ dropout, labelledWords }: TrainBatch): StepNumbers {
    const { seed, step } = dropout ?? { seed: 0, step: 0 };
    return { seed, step, denominator: labelledWords, addsGradients: this.#hasGradients };
  }

  #capturedStep(plan: BatchRows, inputs: StepInputs, part: TrainBatch): CapturedStep {
    const shape = [...Object.values(inputs).map(({ length }) => length), !part.dropout].join(' ');
    const known = this.#plans.get(shape);
    if (known) this.#plans.delete(shape);
    const captured =
      known ??
      new CapturedStep(this.#backend, this.#arena, this.#optimizer.gradients, inputs, (tensors) =>
        this.#differentiate(plan, tensors, part),
      );
    this.#plans.set(shape, captured);
    if (this.#plans.size > MAX_PLANS) {
      const [oldest] = this.#plans.keys();
      this.#plans.get(oldest!)!.dispose();
      this.#plans.delete(oldest!);
    }
    return captured;
  }

  #differentiate(
    { layout }: BatchRows,
    tensors: Readonly<Record<string, tf.Tensor>>,
    { labelledWords, dropout }: TrainBatch,
  ): LossAndGradients {
    const { batch, rows, longest, indices } = layout;
    const ints = (name: keyof ReturnType<typeof inputsOf>) => tensors[name] as tf.Tensor1D;
    const place = () => ({
      input: {
        pieces: {
          pieceIds: ints('pieceIds'),
          occurrences: { starts: ints('pieceStarts'), rows: ints('pieceRows') },
        },
        layout: {
          ...{ batch, rows, longest, indices },
          starts: ints('sentenceStarts'),
          table: tf.reshape<tf.Rank.R2>(ints('table'), [rows, 3]),
        },
      },
      labels: ints('labels'),
    });
    return differentiateLoss(this.#classifier, place, labelledWords, dropout, this.parameters);
  }

  async #gatherEagerly(plan: BatchRows, inputs: StepInputs, part: TrainBatch): Promise<number> {
    const { gradients } = this.#optimizer;
    const tensors = Object.fromEntries(
      Object.entries(inputs).map(([name, numbers]) => [name, tf.tensor1d(numbers, 'int32')]),
    );
    const result = this.#differentiate(plan, tensors, part);
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

/** What changes from one batch of a shape to the next. */
function inputsOf({ layout, pieceIds, occurrences }: BatchRows, labelIds: Int32Array) {
  return {
    pieceIds,
    pieceStarts: occurrences!.starts, // this backend always has them
    pieceRows: occurrences!.rows,
    sentenceStarts: layout.starts,
    table: layout.table,
    labels: labelRows(layout, labelIds),
  } satisfies StepInputs;
}
