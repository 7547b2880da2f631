import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import { linear, linearPlain } from '../../../src/engine/ops/linear';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [rows, from, to] = [7, 5, 3];

describe.each(backends)('linear on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const inputs = () =>
    [
      tf.tensor2d(seededNumbers(rows * from, 1), [rows, from]),
      tf.tensor2d(seededNumbers(from * to, 2), [from, to]),
      tf.tensor1d(seededNumbers(to, 3)),
    ] as const;

  test('is x·W + b, as a loop in f64 says', async () => {
    const [x, weight, bias] = inputs();
    const [xs, weights, biases] = [await x.data(), await weight.data(), await bias.data()];
    const expected = Array.from({ length: rows * to }, (_, i) => {
      let sum = biases[i % to]!;
      for (let k = 0; k < from; k++)
        sum += xs[Math.floor(i / to) * from + k]! * weights[k * to + (i % to)]!;
      return sum;
    });
    // Five products of numbers below 1: a few units of f32's last place.
    await expectClose(linear(x, weight, bias), expected, 1e-6);
    await expectClose(linearPlain(x, weight, bias), expected, 1e-6);
  });

  test('has the gradients of finite differences', async () => {
    await expectGradients(
      (x, w, b) => linear(x as tf.Tensor2D, w as tf.Tensor2D, b as tf.Tensor1D),
      [...inputs()],
    );
  });

  test('the gradient of the bias is the sum of dy over the rows, as a loop adds it', async () => {
    const [x, weight, bias] = inputs();
    const dy = tf.tensor2d(seededNumbers(rows * to, 9), [rows, to]);
    const values = await dy.data();
    const expected = Array.from({ length: to }, (_, column) => {
      let sum = 0;
      for (let row = 0; row < rows; row++) sum += values[row * to + column]!;
      return sum;
    });
    const gradient = tf.grad((bias) => tf.mul(linear(x, weight, bias as tf.Tensor1D), dy))(bias);
    await expectClose(gradient, expected, 1e-6);
  });
});
