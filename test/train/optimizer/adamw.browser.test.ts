import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import { StepResults } from '../../../src/engine/webgpu/capture/step-results';
import { FlatBuffer } from '../../../src/engine/webgpu/parameters/flat-buffer';
import { FlatOptimizer } from '../../../src/engine/webgpu/parameters/flat-optimizer';
import { ADAMW } from '../../../src/train/optimizer/adamw';
import {
  planUpdate,
  type Optimizer,
  type StepSettings,
} from '../../../src/train/optimizer/optimizer-rule';
import { VariableOptimizer } from '../../../src/train/optimizer/variable-optimizer';
import { seededNumbers } from '../../reference/seeded-numbers';
import { useBackend } from '../../reference/use-backend';

const SIZE = 11;
const [BETA2, EPSILON, STEPS] = [0.999, 1e-8, 3];
/** One parameter with weight decay, and one at a third of the rate without. */
const optimizer: Optimizer = {
  rule: ADAMW,
  groups: [
    { keys: ['first'], learningRateFactor: 1, weightDecay: 0.1 },
    { keys: ['second'], learningRateFactor: 1 / 3, weightDecay: 0 },
  ],
};
const keys = ['first', 'second'];
/** β₁ changes from step to step, as a schedule may cycle it; 0 never clips. */
const settings = Array.from({ length: STEPS }, (_, step): StepSettings => {
  const cycled = step === 0 ? {} : { beta1: 0.95 - 0.05 * step };
  return { learningRate: 0.01 / (step + 1), clipNorm: 0, ...cycled };
});
const start = (index: number) => seededNumbers(SIZE, 1 + index);
const gradientAt = (step: number, index: number) => seededNumbers(SIZE, 10 + 2 * step + index);

/** The paper's own steps, in f64. */
function trainByHand(index: number): Float64Array {
  const { learningRateFactor, weightDecay } = optimizer.groups[index]!;
  const p = Float64Array.from(start(index));
  const [m, v] = [new Float64Array(SIZE), new Float64Array(SIZE)];
  let power1 = 1;
  settings.forEach(({ learningRate, beta1 = 0.9 }, step) => {
    const rate = learningRate * learningRateFactor;
    power1 *= beta1;
    gradientAt(step, index).forEach((g, i) => {
      m[i] = beta1 * m[i]! + (1 - beta1) * g;
      v[i] = BETA2 * v[i]! + (1 - BETA2) * g * g;
      const [mHat, vHat] = [m[i] / (1 - power1), v[i] / (1 - BETA2 ** (step + 1))];
      p[i] = p[i]! * (1 - rate * weightDecay) - (rate * mHat) / (Math.sqrt(vHat) + EPSILON);
    });
  });
  return p;
}

async function trainVariables(): Promise<Float32Array[]> {
  const parameters = new Map(
    keys.map((key, index) => [key, tf.variable(tf.tensor1d(start(index)))]),
  );
  const adamw = new VariableOptimizer(parameters, optimizer);
  settings.forEach((each, step) => {
    const gradients = new Map(
      keys.map((key, index) => [key, tf.tensor1d(gradientAt(step, index))]),
    );
    adamw.step(gradients, each);
    tf.dispose([...gradients.values()]);
  });
  const found = [];
  for (const parameter of parameters.values()) found.push(await parameter.data<'float32'>());
  tf.dispose([...parameters.values()]);
  adamw.dispose();
  return found;
}

async function trainFlat(): Promise<Float32Array[]> {
  const backend = gpuBackend();
  const shapes = new Map(keys.map((key) => [key, [SIZE]]));
  const parameters = new FlatBuffer(backend, shapes, 'parameters');
  const results = new StepResults(backend.gpu);
  const groups = optimizer.groups.map((group) => group.keys);
  const adamw = new FlatOptimizer(backend, parameters, results, ADAMW, groups);
  keys.forEach((key, index) => parameters.write(key, start(index)));
  let { scalars } = optimizer.rule;
  settings.forEach((each, step) => {
    keys.forEach((key, index) => adamw.gradients.write(key, gradientAt(step, index)));
    const update = planUpdate(optimizer, scalars, each);
    scalars = update.scalars;
    backend.gpu.queue.submit((encoder) => adamw.append(encoder, update.constants, each.clipNorm));
  });
  const found = await parameters.read();
  for (const each of [adamw, results, parameters]) each.dispose();
  return [...found.values()];
}

test.each([
  { backend: 'cpu', train: trainVariables },
  { backend: 'wasm', train: trainVariables },
  { backend: 'webgpu', train: trainFlat },
] as const)(
  'three steps on $backend, in two groups and with a β₁ that cycles, are those of the paper in f64',
  async ({ backend, train }) => {
    await useBackend(backend);
    const found = await train();
    keys.forEach((key, index) => {
      const expected = trainByHand(index);
      const apart = found[index]!.map((number, i) => Math.abs(number - expected[i]!));
      // Numbers about 1, rounded by 6e-8 in each of three steps.
      expect(Math.max(...apart), key).toBeLessThan(1e-6);
    });
  },
);
