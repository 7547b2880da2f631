import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { activate, activatePlain } from '../../../src/engine/ops/activate';
import { ACTIVATIONS, type Activation } from '../../../src/engine/ops/activations';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const POINTS = [-4, -1, 0, 0.5, 3];

/** Values and slopes at these points by PyTorch in float64: gelu, gelu(approximate='tanh') and relu of torch.nn.functional, and its autograd. */
const KNOWN: Record<Activation, { values: number[]; slopes: number[] }> = {
  gelu: {
    values: [
      -0.00012668496733247886, -0.15865525393145707, 0, 0.34573123063700656, 2.99595030590511,
    ],
    slopes: [
      -0.0005036496612264215, -0.08331547058768629, 0.5, 0.8674951246561629, 1.011945647204184,
    ],
  },
  gelu_new: {
    values: [
      -7.024594819227126e-5, -0.15880800939172324, 0, 0.34571400982514394, 2.996362607918227,
    ],
    slopes: [
      -0.0003351231971221605, -0.08296408384578255, 0.5, 0.8673699035346424, 1.0115841666309695,
    ],
  },
  relu: { values: [0, 0, 0, 0.5, 3], slopes: [0, 0, 0, 1, 1] },
};

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  describe.each(ACTIVATIONS)('%s', (activation) => {
    const { values, slopes } = KNOWN[activation];

    test('has the values that PyTorch gives', async () => {
      const x = tf.tensor1d(POINTS);
      // WebGPU's erf is good to 5e-7; times x.
      await expectClose(activate(x, activation), values, 2e-6);
      await expectClose(activatePlain(x, activation), values, 2e-6);
    });

    test('has its slopes, and not a number stays not a number', async () => {
      const x = tf.tensor1d([...POINTS, NaN]);
      const found = await tf
        .grad((x) => activate(x, activation))(x)
        .data();
      await expectClose(tf.tensor1d(found.subarray(0, POINTS.length)), slopes, 2e-6);
      expect((await activate(x, activation).data())[POINTS.length]).toBeNaN();
    });

    test('stays finite far from 0', async () => {
      const x = tf.tensor1d([-1e15, -12, 12, 1e15]);
      const top = Math.fround(1e15);
      await expectClose(activate(x, activation), [0, 0, 12, top], 1e-6);
      const slope = tf.grad((x) => activate(x, activation))(x);
      await expectClose(slope, [0, 0, 1, 1], 1e-6);
    });

    test('has the gradient of finite differences', async () => {
      // At −2.9, −2.7 … 3.1: none is so near to relu's kink that a difference would step over it.
      const x = tf.tensor2d(
        seededNumbers(35, 5).map((value) => Math.round(15 * value) / 5 + 0.1),
        [5, 7],
      );
      await expectGradients((x) => activate(x, activation), [x]);
    });
  });
});
