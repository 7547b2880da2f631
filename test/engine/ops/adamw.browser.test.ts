import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { adamwUpdate, adamwUpdatePlain, type AdamwUpdate } from '../../../src/engine/ops/adamw';
import { globalNorm } from '../../../src/engine/ops/global-norm';
import { expectClose } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [beta1, beta2] = [0.9, 0.999];
const learningRate = (step: number) => 0.01 / step;
const updateOf = (step: number): AdamwUpdate => ({
  ...{ beta1, rest1: 1 - beta1, beta2, rest2: 1 - beta2, epsilon: 1e-8 },
  kept: 1 - learningRate(step) * 0.1,
  rate: learningRate(step) / (1 - beta1 ** step),
  rootScale: 1 / Math.sqrt(1 - beta2 ** step),
  gradientFactor: 0.5,
});

describe.each(backends)('AdamW on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each([
    { name: 'kernel', update: adamwUpdate },
    { name: 'oracle', update: adamwUpdatePlain },
  ])('three steps of the $name are those of the paper in f64', async ({ update }) => {
    const size = 11;
    const start = seededNumbers(size, 1);
    const parameter = tf.variable(tf.tensor1d(start));
    const [m, v] = [tf.variable(tf.zeros([size])), tf.variable(tf.zeros([size]))];
    const [p64, m64, v64] = [
      Float64Array.from(start),
      new Float64Array(size),
      new Float64Array(size),
    ];
    for (let step = 1; step <= 3; step++) {
      const gradient = seededNumbers(size, 10 + step);
      const tensor = tf.tensor1d(gradient);
      update(parameter, m, v, tensor, updateOf(step));
      tensor.dispose();
      for (let i = 0; i < size; i++) {
        const g = gradient[i]! * 0.5;
        m64[i] = beta1 * m64[i]! + (1 - beta1) * g;
        v64[i] = beta2 * v64[i]! + (1 - beta2) * g * g;
        const [mHat, vHat] = [m64[i]! / (1 - beta1 ** step), v64[i]! / (1 - beta2 ** step)];
        p64[i] =
          p64[i]! * (1 - learningRate(step) * 0.1) -
          (learningRate(step) * mHat) / (Math.sqrt(vHat) + 1e-8);
      }
    }
    await expectClose(parameter, p64, 1e-6);
    await expectClose(m, m64, 1e-6);
    await expectClose(v, v64, 1e-8);
    tf.dispose([parameter, m, v]);
  });

  test('a step keeps the number of tensors', () => {
    const variables = [1, 2, 3].map(() => tf.variable(tf.ones([5, 3]))) as [
      tf.Variable,
      tf.Variable,
      tf.Variable,
    ];
    const gradient = tf.ones([5, 3]);
    const before = tf.memory().numTensors;
    adamwUpdate(...variables, gradient, updateOf(1));
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([...variables, gradient]);
  });

  test('the global norm is that of all numbers together, and not a number where one is not', async () => {
    const tensors = [tf.tensor1d([3, 0, 4]), tf.tensor2d([[12]]), tf.zeros([2, 3])];
    expect(await globalNorm(tensors)).toBeCloseTo(13, 5);
    expect(await globalNorm([...tensors, tf.tensor1d([NaN])])).toBeNaN();
    expect(await globalNorm([...tensors, tf.tensor1d([Infinity])])).toBe(Infinity);
  });
});
