import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { seededNumbers } from './seeded-numbers';

/**
 * Holds the gradients of `op` against central differences along random directions d:
 *
 *   Σ dx · d = (L(x + εd) − L(x − εd)) / 2ε  with L(x) = Σ weight · op(x), summed in f64.
 *
 * With f32 inside and ε = 1e-2 the difference carries about 1e-7 · |L| / ε of rounding and ε² of the third derivative: hence the
 * default tolerance, relative to the size of what is compared.
 */
export async function expectGradients(
  op: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  tolerance = 2e-3,
): Promise<void> {
  const epsilon = 1e-2;
  const output = tf.tidy(() => op(...inputs));
  const weights = seededNumbers(output.size, 77);
  const gradients = tf.tidy(() =>
    tf.grads((...moved) => tf.sum(tf.mul(op(...moved), tf.tensor(weights, output.shape))))(inputs),
  );
  output.dispose();
  const lossAt = async (moved: tf.Tensor[]): Promise<number> => {
    const tensor = tf.tidy(() => op(...moved));
    const values = await tensor.data<'float32'>();
    tensor.dispose();
    return values.reduce((sum, value, i) => sum + value * weights[i]!, 0);
  };
  for (const [which, input] of inputs.entries()) {
    const gradient = await gradients[which]!.data<'float32'>();
    for (const seed of [1, 2, 3]) {
      const direction = seededNumbers(input.size, seed);
      const [ahead, behind] = [epsilon, -epsilon].map((distance) =>
        tf.tidy(() => tf.add(input, tf.mul(tf.tensor(direction, input.shape), distance))),
      ) as [tf.Tensor, tf.Tensor];
      const replaced = (by: tf.Tensor) => inputs.map((other, i) => (i === which ? by : other));
      const measured =
        ((await lossAt(replaced(ahead))) - (await lossAt(replaced(behind)))) / (2 * epsilon);
      const claimed = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const size = Math.sqrt(gradient.reduce((sum, value) => sum + value * value, 0));
      expect(
        Math.abs(claimed - measured),
        `input ${which}, direction ${seed}: ${claimed} against ${measured}`,
      ).toBeLessThan(tolerance * (1 + size));
      tf.dispose([ahead, behind]);
    }
  }
  tf.dispose(gradients);
}

/** Every number within `tolerance` of the expected one. */
export async function expectClose(
  tensor: tf.Tensor,
  expected: ArrayLike<number>,
  tolerance: number,
): Promise<void> {
  const values = await tensor.data<'float32'>();
  expect(values.length).toBe(expected.length);
  let worst = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = Math.abs(values[i]! - expected[i]!);
    worst = Number.isNaN(difference) ? NaN : Math.max(worst, difference);
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}
