import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { layerNormPlain } from '../../../src/engine/ops/layer-norm';
import { dropHidden, type HiddenDropout } from '../../../src/engine/ops/dropout';
import { residualNorm } from '../../../src/engine/ops/residual-norm';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { placeSentences } from '../../reference/place-sentences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const epsilon = 1e-12;
/** Widths of any numbers, and of vectors of four: more vectors than one group of WebGPU's sums has, and not a multiple of its. */
const widths = [13, 20];
const lengths = [7, 1, 5];
const rows = 13;
const sentenceIndices = [4, 1, 7];
const place = { seed: 1, step: 2, site: 3 };

const cases = backends.flatMap((backend) => widths.map((width) => [backend, width] as const));

describe.each(cases)('the norm of a sum on %s, %d wide', (backend, width) => {
  beforeAll(() => useBackend(backend));

  const states = (seed: number) => tf.tensor2d(seededNumbers(rows * width, seed), [rows, width]);
  const inputs = () =>
    [
      states(1),
      states(2),
      tf.tensor1d(seededNumbers(width, 3)),
      tf.tensor1d(seededNumbers(width, 4)),
    ] as const;
  const dropout = (): HiddenDropout => ({
    rate: 0.3,
    place,
    batch: placeSentences(lengths, sentenceIndices),
  });

  test('is the layer norm of residual and x, without dropout and with the same mask as dropout', async () => {
    const [x, residual, scale, shift] = inputs();
    for (const hidden of [undefined, dropout()]) {
      const dropped = hidden ? dropHidden(x, hidden) : x;
      const expected = layerNormPlain(tf.add(residual, dropped), scale, shift, epsilon);
      const found = residualNorm(x, residual, scale, shift, epsilon, hidden);
      expect(found.shape).toEqual(x.shape);
      await expectClose(found, await expected.data(), 4e-6);
    }
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
