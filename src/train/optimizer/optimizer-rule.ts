import type * as tf from '@tensorflow/tfjs-core';
import type { GpuKernel } from '../../engine/webgpu/code/gpu-kernel';
import type { ParameterGroup } from './parameter-groups';

/** Settings of one optimiser step: what the schedule and the recipe decide about it. */
export interface StepSettings {
  /** Learning rate of the step, before the factor of a parameter's group. */
  learningRate: number;
  /** Global norm that the gradients are scaled down to; 0 never clips. */
  clipNorm: number;
  /** β₁ of the step, from a schedule that cycles it; absent, the rule's own holds. */
  beta1?: number;
}

/** Settings of one step for the parameters of one group. */
export interface GroupSettings extends StepSettings {
  /** Learning rate of the step times the group's factor. */
  learningRate: number;
  weightDecay: number;
}

/**
 * One optimiser: what it remembers, and how a step moves a parameter. A rule is the same for every backend, but for two forms of one formula:
 * `update` on tensors for the CPU, and `kernel` in WGSL for WebGPU.
 *
 * The backends' classes keep the state and call the rule: `VariableOptimizer` on the CPU, `FlatOptimizer` on WebGPU.
 */
export interface OptimizerRule<
  Slot extends string = string,
  Scalar extends string = string,
  Constant extends string = string,
> {
  /** Name of the rule in recipes and checkpoints. */
  readonly kind: string;
  /** Names of the tensors that the rule keeps for each parameter, each of the parameter's shape; all zeros before the first step. */
  readonly slots: readonly Slot[];
  /** Numbers that the rule keeps for all parameters together, as they are before the first step. */
  readonly scalars: Readonly<Record<Scalar, number>>;
  /** Gives the scalars of the next step from those of the last. */
  advance(
    scalars: Readonly<Record<Scalar, number>>,
    settings: StepSettings,
  ): Record<Scalar, number>;
  /** Computes the constants of the update of one group, in float64; `scalars` are this step's. */
  constants(
    settings: GroupSettings,
    scalars: Readonly<Record<Scalar, number>>,
  ): Record<Constant, number>;
  /** Moves a parameter and its slots in place, against `gradient · gradientFactor`. All tensors have one shape. */
  update(
    parameter: tf.Variable,
    slots: Readonly<Record<Slot, tf.Variable>>,
    gradient: tf.Tensor,
    gradientFactor: number,
    constants: Readonly<Record<Constant, number>>,
  ): void;
  /** The same update over flat buffers: see `defineUpdateKernel`. */
  readonly kernel: GpuKernel;
}

/** A rule, and the groups of parameters that it moves. */
export interface Optimizer {
  readonly rule: OptimizerRule;
  readonly groups: readonly ParameterGroup[];
}

/** A step that is about to be taken. The scalars become the optimiser's once the step has moved the parameters. */
export interface PlannedUpdate {
  scalars: Readonly<Record<string, number>>;
  /** Constants of the update, group by group. */
  constants: readonly Readonly<Record<string, number>>[];
}

/** Plans the step that follows the one that left `scalars`. */
export function planUpdate(
  { rule, groups }: Optimizer,
  scalars: Readonly<Record<string, number>>,
  settings: StepSettings,
): PlannedUpdate {
  const next = rule.advance(scalars, settings);
  const constants = groups.map(({ learningRateFactor, weightDecay }) =>
    rule.constants(
      { ...settings, learningRate: settings.learningRate * learningRateFactor, weightDecay },
      next,
    ),
  );
  return { scalars: next, constants };
}
