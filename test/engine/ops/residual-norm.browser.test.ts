import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { layerNormPlain } from '../../../src/engine/ops/layer-norm';
import {
  dropHidden,
  residualNorm,
  type HiddenDropout,
} from '../../../src/engine/ops/residual-norm';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [batch, pieces, width, epsilon] = [3, 7, 13, 1e-12];

describe.each(backends)('the norm of a sum on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const states = (seed: number) =>
    tf.tensor2d(seededNumbers(batch * pieces * width, seed), [batch * pieces, width]);
  const inputs = () =>
    [
      states(1),
      states(2),
      tf.tensor1d(seededNumbers(width, 3)),
      tf.tensor1d(seededNumbers(width, 4)),
    ] as const;
  const dropout = (): HiddenDropout => ({
    rate: 0.3,
    place: { seed: 1, step: 2, site: 3 },
    rows: tf.tensor1d([4, 1, 7], 'int32'),
  });

  test('is the layer norm of residual and x, without dropout and with the same mask as dropout', async () => {
    const [x, residual, scale, shift] = inputs();
    for (const hidden of [undefined, dropout()]) {
      const dropped = hidden ? dropHidden(x, hidden) : x;
      const expected = layerNormPlain(tf.add(residual, dropped), scale, shift, epsilon);
      const found = residualNorm(x, residual, scale, shift, epsilon, hidden);
      expect(found.shape).toEqual([batch * pieces, width]);
      await expectClose(found, await expected.data(), 4e-6);
    }
    const kept = (await dropHidden(x, dropout()).data()).filter((value) => value !== 0).length;
    expect(Math.abs(kept / x.size - 0.7)).toBeLessThan(0.1); // of 273
  });

  test.each(['without', 'with'])(
    'has the gradients of finite differences %s dropout',
    async (has) => {
      const hidden = has === 'with' ? dropout() : undefined;
      const op = (x: tf.Tensor, residual: tf.Tensor, scale: tf.Tensor, shift: tf.Tensor) =>
        residualNorm(
          x as tf.Tensor2D,
          residual as tf.Tensor2D,
          scale as tf.Tensor1D,
          shift as tf.Tensor1D,
          epsilon,
          hidden,
        );
      await expectGradients(op, [...inputs()]);
    },
  );
});
