import * as tf from '@tensorflow/tfjs-core';
import type { Gradients } from './gradients';
import { planUpdate, type Optimizer, type StepSettings } from './optimizer-rule';
import { checkOptimizerState, type OptimizerState } from './optimizer-state';

/** An optimiser's rule applied parameter by parameter on tfjs' variables: how the CPU trains. */
export class VariableOptimizer {
  readonly #parameters: ReadonlyMap<string, tf.Variable>;
  readonly #optimizer: Optimizer;
  /** The slots of each parameter, by the parameter's key and the slot's name. */
  readonly #slots = new Map<string, Record<string, tf.Variable>>();
  #scalars: Readonly<Record<string, number>>;

  constructor(parameters: ReadonlyMap<string, tf.Variable>, optimizer: Optimizer) {
    this.#parameters = parameters;
    this.#optimizer = optimizer;
    this.#scalars = optimizer.rule.scalars;
    for (const [key, { shape }] of parameters) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zeros(shape), false));
      const slots = optimizer.rule.slots.map((slot) => [slot, zeros()] as const);
      this.#slots.set(key, Object.fromEntries(slots));
    }
  }

  /** Moves every parameter against its gradient times `gradientFactor`. The gradients stay the caller's. */
  step(gradients: Gradients, settings: StepSettings, gradientFactor = 1): void {
    const { rule, groups } = this.#optimizer;
    const { scalars, constants } = planUpdate(this.#optimizer, this.#scalars, settings);
    for (const [index, { keys }] of groups.entries()) {
      for (const key of keys) {
        const gradient = gradients.get(key);
        if (!gradient) throw new Error(`${rule.kind}: no gradient for ${key}.`);
        const parameter = this.#parameters.get(key)!;
        rule.update(parameter, this.#slots.get(key)!, gradient, gradientFactor, constants[index]!);
      }
    }
    this.#scalars = scalars;
  }

  /** Reads the state back for a checkpoint. */
  async state(): Promise<OptimizerState> {
    const { rule } = this.#optimizer;
    const slots = new Map<string, Map<string, Float32Array>>();
    for (const slot of rule.slots) {
      const numbers = new Map<string, Float32Array>();
      for (const [key, variables] of this.#slots)
        numbers.set(key, await variables[slot]!.data<'float32'>());
      slots.set(slot, numbers);
    }
    return { kind: rule.kind, slots, scalars: this.#scalars };
  }

  /** @throws where the state is of another rule, or does not fit the parameters. */
  restore(state: OptimizerState): void {
    checkOptimizerState(state, this.#optimizer.rule, this.#parameters);
    for (const [key, variables] of this.#slots) {
      for (const [slot, variable] of Object.entries(variables)) {
        const numbers = state.slots.get(slot)!.get(key)!;
        tf.tidy(() => variable.assign(tf.tensor(numbers, variable.shape, 'float32')));
      }
    }
    this.#scalars = state.scalars;
  }

  dispose(): void {
    for (const variables of this.#slots.values()) tf.dispose(Object.values(variables));
  }
}
