import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { layerNorm, layerNormPlain } from '../../../src/engine/ops/layer-norm';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [rows, epsilon] = [5, 1e-12];
const cases = backends.flatMap((backend) => [13, 20].map((width) => [backend, width] as const));

describe.each(cases)('layer norm on %s, %d wide', (backend, width) => {
  beforeAll(() => useBackend(backend));

  const inputs = () =>
    [
      tf.tensor2d(seededNumbers(rows * width, 1), [rows, width]),
      tf.tensor1d(seededNumbers(width, 2)),
      tf.tensor1d(seededNumbers(width, 3)),
    ] as const;

  test('agrees with a loop in f64', async () => {
    const [x, scale, shift] = inputs();
    const [xs, scales, shifts] = [await x.data(), await scale.data(), await shift.data()];
    const expected: number[] = [];
    for (let row = 0; row < rows; row++) {
      const values = [...xs.slice(row * width, (row + 1) * width)];
      const mean = values.reduce((sum, value) => sum + value, 0) / width;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width;
      values.forEach((value, i) =>
        expected.push(((value - mean) / Math.sqrt(variance + epsilon)) * scales[i]! + shifts[i]!),
      );
    }
    await expectClose(layerNorm(x, scale, shift, epsilon), expected, 2e-6);
    await expectClose(layerNormPlain(x, scale, shift, epsilon), expected, 2e-6);
  });

  test('has the gradients of finite differences', async () => {
    const op = (x: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
      layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, shift as tf.Tensor1D, epsilon);
    await expectGradients(op, [...inputs()]);
  });

  test('a gradient is NaN where an input is: it is not hidden', async () => {
    const x = tf.tensor2d([1, NaN, 2, 3, 4, 5], [2, 3]);
    const gradient = tf.grad((x) =>
      layerNorm(x as tf.Tensor2D, tf.ones([3]), tf.zeros([3]), epsilon),
    )(x);
    const values = await gradient.data();
    expect([...values.slice(0, 3)].every(Number.isNaN)).toBe(true);
    expect([...values.slice(3)].every(Number.isFinite)).toBe(true);
  });
});
