import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  attention,
  attentionBias,
  attentionPlain,
  type AttentionSetting,
} from '../../../src/engine/ops/attention';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [batch, pieces, heads, headWidth] = [2, 5, 3, 2];
const hidden = heads * headWidth;
const lengths = [5, 3];

describe.each(backends)('attention on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const states = (seed: number) =>
    tf.tensor2d(
      seededNumbers(batch * pieces * hidden, seed).map((x) => 2 * x),
      [batch * pieces, hidden],
    );
  const inputs = () => [states(1), states(2), states(3)] as const;
  const setting = (): AttentionSetting => {
    const mask = lengths.flatMap((length) =>
      Array.from({ length: pieces }, (_, piece) => (piece < length ? 1 : 0)),
    );
    return { batch, pieces, heads, bias: attentionBias(tf.tensor2d(mask, [batch, pieces])) };
  };

  /** What is computed for padding is the backend's own affair: 0 here. */
  const real = (states: tf.Tensor2D) => {
    const mask = lengths.flatMap((length) =>
      Array.from({ length: pieces }, (_, piece) => (piece < length ? 1 : 0)),
    );
    return tf.mul<tf.Tensor2D>(states, tf.tensor2d(mask, [batch * pieces, 1]));
  };

  test('agrees with loops in f64, padding left out', async () => {
    const [query, key, value] = inputs();
    const [q, k, v] = [await query.data(), await key.data(), await value.data()];
    const expected = new Float64Array(batch * pieces * hidden);
    for (let sentence = 0; sentence < batch; sentence++) {
      for (let head = 0; head < heads; head++) {
        const at = (piece: number, d: number) =>
          (sentence * pieces + piece) * hidden + head * headWidth + d;
        for (let i = 0; i < lengths[sentence]!; i++) {
          const weights = Array.from({ length: lengths[sentence]! }, (_, j) => {
            let score = 0;
            for (let d = 0; d < headWidth; d++) score += q[at(i, d)]! * k[at(j, d)]!;
            return Math.exp(score / Math.sqrt(headWidth));
          });
          const sum = weights.reduce((total, weight) => total + weight, 0);
          weights.forEach((weight, j) => {
            for (let d = 0; d < headWidth; d++)
              expected[at(i, d)]! += (weight / sum) * v[at(j, d)]!;
          });
        }
      }
    }
    await expectClose(real(attention(query, key, value, setting())), expected, 2e-6);
    await expectClose(real(attentionPlain(query, key, value, setting())), expected, 2e-6);
  });

  test('has the gradients of finite differences, with padding and dropout', async () => {
    const dropout = {
      rate: 0.3,
      place: { seed: 1, step: 2, site: 3 },
      rows: tf.tensor1d([4, 1], 'int32'),
    };
    await expectGradients(
      (query, key, value) =>
        attention(query as tf.Tensor2D, key as tf.Tensor2D, value as tf.Tensor2D, {
          ...setting(),
          dropout,
        }),
      [...inputs()],
    );
  });

  test('has the gradients of its plain form', async () => {
    const [query, key, value] = inputs();
    const gradientsOf = (op: typeof attention) =>
      tf.grads((q, k, v) =>
        tf.sum(
          tf.square(real(op(q as tf.Tensor2D, k as tf.Tensor2D, v as tf.Tensor2D, setting()))),
        ),
      )([query, key, value]);
    const plain = gradientsOf(attentionPlain);
    for (const [i, gradient] of gradientsOf(attention).entries())
      await expectClose(gradient, await plain[i]!.data(), 1e-5);
  });

  test('what stands in padding reaches nothing', async () => {
    const [query, key, value] = inputs();
    const clean = await real(attention(query, key, value, setting())).data();
    const spoil = (states: tf.Tensor2D) => {
      const spoiled = tf.buffer([batch * pieces, hidden]);
      const rows = (pieces + lengths[1]!) * hidden;
      spoiled.values.fill(1e3, rows);
      return tf.add<tf.Tensor2D>(states, spoiled.toTensor());
    };
    const spoiled = await real(attention(query, spoil(key), spoil(value), setting())).data();
    expect([...spoiled]).toEqual([...clean]);
  });
});
