import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  attention,
  attentionPlain,
  type AttentionSetting,
} from '../../../src/engine/ops/attention';
import { layOutRows } from '../../../src/engine/ops/device-batch';
import { hashOf } from '../../reference/dropout-hash';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [pieces, heads, headWidth] = [9, 3, 5];
const hidden = heads * headWidth;
const lengths = [9, 1, 6];

describe.each(backends)('attention on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  /** The rows of this backend's layout, as indices into a batch that is padded. */
  const indices = () => layOutRows(lengths, lengths, pieces).indices;
  /** Every number depends on its sentence and place alone, so that each layout has the same. */
  const states = (seed: number) => {
    const all = seededNumbers(lengths.length * pieces * hidden, seed);
    const rows = Array.from(indices(), (index) => all.slice(index * hidden, (index + 1) * hidden));
    return tf.tensor2d(
      rows.flatMap((row) => Array.from(row, (x) => 2 * x)),
      [rows.length, hidden],
    );
  };
  const inputs = () => [states(1), states(2), states(3)] as const;
  /** Attention of query, key and value, as its one input. */
  const attend = (parts: readonly tf.Tensor[], itsSetting = setting(), op = attention) =>
    op(tf.stack([...parts]) as tf.Tensor3D, itsSetting);
  const setting = (): AttentionSetting => ({
    heads,
    layout: layOutRows(lengths, [4, 1, 0], pieces),
  });
  /** Zeros for padding: what stands there means nothing. */
  const real = (states: tf.Tensor2D) => {
    const mask = Array.from(indices(), (index) =>
      index % pieces < lengths[Math.floor(index / pieces)]! ? 1 : 0,
    );
    return tf.mul<tf.Tensor2D>(states, tf.tensor2d(mask, [mask.length, 1]));
  };

  test('agrees with loops in f64, padding left out', async () => {
    const [query, key, value] = inputs();
    const [q, k, v] = [await query.data(), await key.data(), await value.data()];
    const expected = new Float64Array(query.size);
    const { starts } = setting().layout;
    const begins = await starts.data();
    for (const [sentence, length] of lengths.entries()) {
      for (let head = 0; head < heads; head++) {
        const at = (piece: number, d: number) =>
          (begins[sentence]! + piece) * hidden + head * headWidth + d;
        for (let i = 0; i < length; i++) {
          const weights = Array.from({ length }, (_, j) => {
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
    await expectClose(real(attend([query, key, value])), expected, 3e-6);
    if (setting().layout.padded)
      await expectClose(
        real(attend([query, key, value], setting(), attentionPlain)),
        expected,
        3e-6,
      );
  });

  test('has the gradients of finite differences, with padding and dropout', async () => {
    const dropout = { rate: 0.3, place: { seed: 1, step: 2, site: 3 } };
    await expectGradients(
      (...parts) => real(attend(parts, { ...setting(), dropout })),
      [...inputs()],
    );
  });

  test('drops the weights that the hash of seed, step, site, row, head, query and key says', async () => {
    const [rate, place] = [0.3, { seed: 1, step: 2, site: 3 }];
    const short = [5, 3];
    const layout = layOutRows(short, [6, 2], headWidth);
    // Equal scores, and values that tell the keys apart: a context is its row of weights.
    const places = Array.from(layout.indices, (index) => index % headWidth);
    const value = places.flatMap((at) =>
      Array.from({ length: hidden }, (_, column) => Number(column % headWidth === at)),
    );
    const zeros = tf.zeros([layout.rows, hidden]);
    const parts = [zeros, zeros, tf.tensor2d(value, [layout.rows, hidden])];
    const context = attend(parts, { heads, layout, dropout: { rate, place } });
    const expected = Array.from(layout.indices, (index) => {
      const [sentence, query] = [Math.floor(index / headWidth), index % headWidth];
      const length = short[sentence]!;
      return Array.from({ length: hidden }, (_, column) => {
        const [head, key] = [Math.floor(column / headWidth), column % headWidth];
        const hash = hashOf([1, 2, 3, [6, 2][sentence]!, head, query, key]);
        const isZero = query >= length || key >= length || hash < rate * 2 ** 32;
        return isZero ? 0 : 1 / (length * (1 - rate));
      });
    }).flat();
    const isReal = Array.from(layout.indices, (index) =>
      Number(index % headWidth < short[Math.floor(index / headWidth)]!),
    );
    const seen = tf.mul<tf.Tensor2D>(context, tf.tensor2d(isReal, [layout.rows, 1]));
    await expectClose(seen, expected, 1e-6);
  });

  test('what stands in padding reaches nothing', async () => {
    const [query, key, value] = inputs();
    const clean = await real(attend([query, key, value])).data();
    const spoil = (states: tf.Tensor2D) =>
      tf.add<tf.Tensor2D>(states, tf.mul(tf.sub(1, real(tf.onesLike(states))), 1e3));
    const spoiled = await real(attend([query, spoil(key), spoil(value)])).data();
    expect([...spoiled]).toEqual([...clean]);
  });
});
