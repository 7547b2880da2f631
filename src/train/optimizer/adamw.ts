import * as tf from '@tensorflow/tfjs-core';
import { adamwUpdate } from '../../engine/ops/adamw';
import { isDecayFree } from '../../model/parameters';
import type { Gradients } from './gradients';
import type { LossScaleState } from './loss-scale';

/** A parameter's moments, in the device's layout: linear weights [in, out]. */
export interface Moments {
  m: Float32Array;
  v: Float32Array;
}

/** All that AdamW remembers. The running powers are kept, not computed from the step again: an exact resume needs the same roundings. */
export interface AdamwState {
  beta1Power: number;
  beta2Power: number;
  moments: Map<string, Moments>;
  /** Of a run in half precision. */
  lossScale?: LossScaleState;
}

export interface AdamwOptions {
  weightDecay?: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/** As BERT is fine-tuned. */
export const ADAMW_DEFAULTS: Required<AdamwOptions> = {
  weightDecay: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** @throws where a parameter's moments are missing or of another size. */
export function checkMoments(
  moments: ReadonlyMap<string, Moments>,
  parameters: ReadonlyMap<string, { size: number }>,
): void {
  for (const [key, { size }] of parameters) {
    for (const name of ['m', 'v'] as const) {
      const length = moments.get(key)?.[name].length;
      if (length === size) continue;
      throw new Error(
        `AdamW: ${key} needs ${size} numbers of ${name}, got ${length ?? 'none'}; start the run again.`,
      );
    }
  }
}

/** AdamW over a model's parameters, step for step as torch.optim.AdamW; biases and layer norms do not decay. */
export class AdamW {
  /** What it moves, by Hugging Face key. */
  readonly parameters: ReadonlyMap<string, tf.Variable>;
  readonly #options: Required<AdamwOptions>;
  readonly #moments = new Map<string, { m: tf.Variable; v: tf.Variable }>();
  #beta1Power = 1;
  #beta2Power = 1;

  constructor(parameters: ReadonlyMap<string, tf.Variable>, options: AdamwOptions = {}) {
    this.parameters = parameters;
    this.#options = { ...ADAMW_DEFAULTS, ...options };
    for (const [key, parameter] of parameters) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zeros(parameter.shape), false));
      this.#moments.set(key, { m: zeros(), v: zeros() });
    }
  }

  /** Moves every parameter against its gradient times `gradientFactor`. The gradients stay the caller's. */
  step(gradients: Gradients, learningRate: number, gradientFactor = 1): void {
    const { weightDecay, ...numbers } = this.#options;
    this.#beta1Power *= numbers.beta1;
    this.#beta2Power *= numbers.beta2;
    for (const [key, parameter] of this.parameters) {
      const gradient = gradients.get(key);
      if (!gradient) throw new Error(`AdamW: no gradient for ${key}.`);
      const { m, v } = this.#moments.get(key)!;
      adamwUpdate(parameter, m, v, gradient, {
        ...numbers,
        learningRate,
        gradientFactor,
        weightDecay: isDecayFree(key) ? 0 : weightDecay,
        beta1Power: this.#beta1Power,
        beta2Power: this.#beta2Power,
      });
    }
  }

  /** Reads the state back for a checkpoint. */
  async state(): Promise<AdamwState> {
    const moments = new Map<string, Moments>();
    for (const [key, { m, v }] of this.#moments) {
      moments.set(key, { m: await m.data<'float32'>(), v: await v.data<'float32'>() });
    }
    return { beta1Power: this.#beta1Power, beta2Power: this.#beta2Power, moments };
  }

  /** @throws where a parameter's moments are missing or of another size. */
  restore({ beta1Power, beta2Power, moments }: AdamwState): void {
    checkMoments(moments, this.parameters);
    for (const [key, variables] of this.#moments) {
      const stored = moments.get(key)!;
      for (const name of ['m', 'v'] as const) {
        const { shape } = variables[name];
        tf.tidy(() => variables[name].assign(tf.tensor(stored[name], shape, 'float32')));
      }
    }
    this.#beta1Power = beta1Power;
    this.#beta2Power = beta2Power;
  }

  dispose(): void {
    for (const { m, v } of this.#moments.values()) tf.dispose([m, v]);
  }
}
