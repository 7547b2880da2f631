import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './run-kernel';

/** Constants of one AdamW step for the parameters that share a learning rate and a weight decay. */
export interface AdamwConstants {
  beta1: number;
  /** 1 − β₁ */
  rest1: number;
  beta2: number;
  /** 1 − β₂ */
  rest2: number;
  epsilon: number;
  /** 1 − lr · decay: what weight decay leaves of a parameter. */
  kept: number;
  /** lr / (1 − β₁ᵗ) */
  rate: number;
  /** 1 / √(1 − β₂ᵗ) */
  rootScale: number;
}

/** Numbers that an update of one parameter takes beside its tensors. */
export interface AdamwUpdate extends AdamwConstants {
  /** Factor that the gradient is multiplied by first: clipping. */
  gradientFactor: number;
}

/**
 * Takes one step of AdamW (Loshchilov & Hutter 2019, algorithm 2, in the order of torch.optim.AdamW), into the variables:
 *
 *   g ← gradient · factor;  m ← β₁m + rest₁g;  v ← β₂v + rest₂g²;  p ← p · kept − rate · m / (√v · rootScale + ε)
 *
 * Parameter, moments and gradient have one shape. Parameter and moments must be the caller's alone: a kernel may write them in place.
 */
export function adamwUpdate(
  parameter: tf.Variable,
  m: tf.Variable,
  v: tf.Variable,
  gradient: tf.Tensor,
  update: AdamwUpdate,
): void {
  if (!hasKernel('AdamW')) return adamwUpdatePlain(parameter, m, v, gradient, update);
  tf.tidy(() => parameter.assign(runKernel('AdamW', { parameter, m, v, gradient }, { ...update })));
}

/** Takes the same step by tf ops, where the backend has no kernel for it: the oracle of those that have. */
export function adamwUpdatePlain(
  parameter: tf.Variable,
  m: tf.Variable,
  v: tf.Variable,
  gradient: tf.Tensor,
  update: AdamwUpdate,
): void {
  tf.tidy(() => {
    const g = tf.mul(gradient, update.gradientFactor);
    m.assign(tf.add(tf.mul(m, update.beta1), tf.mul(g, update.rest1)));
    v.assign(tf.add(tf.mul(v, update.beta2), tf.mul(tf.square(g), update.rest2)));
    const root = tf.add(tf.mul(tf.sqrt(v), update.rootScale), update.epsilon);
    const change = tf.mul(tf.div(m, root), update.rate);
    parameter.assign(tf.sub(tf.mul(parameter, update.kept), change));
  });
}
