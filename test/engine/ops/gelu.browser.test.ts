import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { gelu, geluPlain } from '../../../src/engine/ops/gelu';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

// torch.nn.functional.gelu in float64, and Φ, φ from scipy.stats.norm.
const known = [
  {
    x: -4,
    gelu: -0.00012668496733247886,
    distribution: 3.167124183311986e-5,
    density: 0.00013383022576488537,
  },
  {
    x: -1,
    gelu: -0.15865525393145707,
    distribution: 0.15865525393145707,
    density: 0.24197072451914337,
  },
  { x: 0, gelu: 0, distribution: 0.5, density: 0.3989422804014327 },
  {
    x: 0.5,
    gelu: 0.34573123063700656,
    distribution: 0.6914624612740131,
    density: 0.3520653267642995,
  },
  {
    x: 3,
    gelu: 2.99595030590511,
    distribution: 0.9986501019683699,
    density: 0.0044318484119380075,
  },
];

describe.each(backends)('GELU on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('has the values that PyTorch gives', async () => {
    const x = tf.tensor1d(known.map(({ x }) => x));
    const expected = known.map(({ gelu }) => gelu);
    // WebGPU's erf is good to 5e-7; times x.
    await expectClose(gelu(x), expected, 2e-6);
    await expectClose(geluPlain(x), expected, 2e-6);
  });

  test('has the slope Φ(x) + x · φ(x), and not a number stays not a number', async () => {
    const x = tf.tensor1d([...known.map(({ x }) => x), NaN]);
    const slopes = known.map(({ x, distribution, density }) => distribution + x * density);
    const found = await tf
      .grad((x) => gelu(x))(x)
      .data();
    await expectClose(tf.tensor1d(found.subarray(0, known.length)), slopes, 2e-6);
    expect(found[known.length]).toBeNaN();
    expect((await gelu(x).data())[known.length]).toBeNaN();
  });

  test('has the gradient of finite differences', async () => {
    const x = tf.tensor2d(
      seededNumbers(35, 5).map((value) => 3 * value),
      [5, 7],
    );
    await expectGradients(gelu, [x]);
  });
});
