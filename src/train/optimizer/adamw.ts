import { adamwUpdate, type AdamwConstants } from '../../engine/ops/adamw';
import { defineUpdateKernel } from '../../engine/webgpu/kernels/optimizer';
import type { OptimizerRule } from './optimizer-rule';

/** As BERT is fine-tuned (Devlin et al. 2019, A.2), and as torch.optim.AdamW has them by default. */
const [BETA1, BETA2, EPSILON] = [0.9, 0.999, 1e-8];

/**
 * AdamW (Loshchilov & Hutter 2019, algorithm 2, in the order of torch.optim.AdamW):
 *
 *   m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  p ← p · (1 − lr · decay) − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 *
 * The powers β₁ᵗ and β₂ᵗ are kept, not computed from the step again: an exact resume needs the same roundings, and β₁ may cycle.
 */
export const ADAMW: OptimizerRule<'m' | 'v', 'beta1Power' | 'beta2Power', keyof AdamwConstants> = {
  kind: 'adamw',
  slots: ['m', 'v'],
  scalars: { beta1Power: 1, beta2Power: 1 },
  advance: ({ beta1Power, beta2Power }, { beta1 = BETA1 }) => ({
    beta1Power: beta1Power * beta1,
    beta2Power: beta2Power * BETA2,
  }),
  constants: ({ learningRate, weightDecay, beta1 = BETA1 }, { beta1Power, beta2Power }) => ({
    beta1,
    rest1: 1 - beta1,
    beta2: BETA2,
    rest2: 1 - BETA2,
    epsilon: EPSILON,
    kept: 1 - learningRate * weightDecay,
    rate: learningRate / (1 - beta1Power),
    rootScale: 1 / Math.sqrt(1 - beta2Power),
  }),
  update: (parameter, { m, v }, gradient, gradientFactor, constants) =>
    adamwUpdate(parameter, m, v, gradient, { ...constants, gradientFactor }),
  kernel: defineUpdateKernel({
    name: 'adamw',
    slots: ['m', 'v'],
    constants: ['beta1', 'rest1', 'beta2', 'rest2', 'epsilon', 'kept', 'rate', 'rootScale'],
    code: `
    let newM = numbers.beta1 * m[i] + numbers.rest1 * g;
    let newV = numbers.beta2 * v[i] + numbers.rest2 * g * g;
    m[i] = newM;
    v[i] = newV;
    let change = numbers.rate * newM / (sqrt(newV) * numbers.rootScale + numbers.epsilon);
    parameters[i] = parameters[i] * numbers.kept - change;`,
  }),
};
