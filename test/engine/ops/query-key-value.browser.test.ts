import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, test } from 'vitest';
import {
  queryKeyValue,
  queryKeyValuePlain,
  type Triple,
} from '../../../src/engine/ops/query-key-value';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

describe.each(backends)('query, key and value on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  // Sizes in steps of four and odd ones take different kernels on WebGPU; 70 rows are more than a tile.
  describe.each([
    { rows: 7, hidden: 5 },
    { rows: 70, hidden: 12 },
  ])('$rows rows of $hidden', ({ rows, hidden }) => {
    const matrices = (seed: number) =>
      [0, 1, 2].map((part) =>
        tf.tensor2d(seededNumbers(hidden * hidden, seed + part), [hidden, hidden]),
      );
    const inputs = () => [
      tf.tensor2d(seededNumbers(rows * hidden, 1), [rows, hidden]),
      ...matrices(10),
      ...[20, 21, 22].map((seed) => tf.tensor1d(seededNumbers(hidden, seed))),
    ];
    const apply = (op: typeof queryKeyValue, [x, ...others]: tf.Tensor[]) =>
      op(
        x as tf.Tensor2D,
        others.slice(0, 3) as unknown as Triple<tf.Tensor2D>,
        others.slice(3) as unknown as Triple<tf.Tensor1D>,
      );

    test('are three linears', async () => {
      const expected = apply(queryKeyValuePlain, inputs());
      // A dozen products of numbers below 1, in another order at most.
      await expectClose(apply(queryKeyValue, inputs()), await expected.data(), 2e-6);
    });

    test('have the gradients of finite differences', async () => {
      await expectGradients((...all) => apply(queryKeyValue, all), inputs());
    });
  });
});
