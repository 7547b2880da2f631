import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './run-kernel';

/** The numbers of one AdamW step for one parameter. */
export interface AdamwStep {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  /** 0 for parameters without decay. */
  weightDecay: number;
  /** beta1 and beta2 to the power of the step, from 1: bias correction divides by one minus these. */
  beta1Power: number;
  beta2Power: number;
  /** What the gradient is multiplied by first: clipping. */
  gradientFactor: number;
}

/**
 * One step of AdamW (Loshchilov & Hutter 2019, algorithm 2, in the order of torch.optim.AdamW), into the variables:
 *
 *   g ← gradient · factor;  m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;
 *   p ← p · (1 − lr · decay) − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 *
 * Parameter, moments and gradient have one shape. Parameter and moments must be the caller's alone: a kernel may write them in place.
 */
export function adamwUpdate(
  parameter: tf.Variable,
  m: tf.Variable,
  v: tf.Variable,
  gradient: tf.Tensor,
  step: AdamwStep,
): void {
  if (!hasKernel('AdamW')) return adamwUpdatePlain(parameter, m, v, gradient, step);
  tf.tidy(() => parameter.assign(runKernel('AdamW', { parameter, m, v, gradient }, { ...step })));
}

/** `adamwUpdate` as tf ops: the oracle. */
export function adamwUpdatePlain(
  parameter: tf.Variable,
  m: tf.Variable,
  v: tf.Variable,
  gradient: tf.Tensor,
  step: AdamwStep,
): void {
  tf.tidy(() => {
    const g = tf.mul(gradient, step.gradientFactor);
    m.assign(tf.add(tf.mul(m, step.beta1), tf.mul(g, 1 - step.beta1)));
    v.assign(tf.add(tf.mul(v, step.beta2), tf.mul(tf.square(g), 1 - step.beta2)));
    const root = tf.add(tf.div(tf.sqrt(v), Math.sqrt(1 - step.beta2Power)), step.epsilon);
    const kept = tf.mul(parameter, 1 - step.learningRate * step.weightDecay);
    parameter.assign(
      tf.sub(kept, tf.mul(tf.div(m, root), step.learningRate / (1 - step.beta1Power))),
    );
  });
}
