import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { attention, type AttentionSetting } from '../../../src/engine/ops/attention';
import { hashOf } from '../../reference/dropout-hash';
import { expectClose, expectGradients } from '../../reference/finite-differences';
import { listPlaces, offsetsOf, placeSentences } from '../../reference/place-sentences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [heads, headWidth] = [3, 5];
const hidden = heads * headWidth;
const lengths = [9, 1, 6];
const rows = 16;

describe.each(backends)('attention on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  const states = (seed: number) =>
    tf.tensor2d(
      seededNumbers(rows * hidden, seed).map((x) => 2 * x),
      [rows, hidden],
    );
  const inputs = () => [states(1), states(2), states(3)] as const;
  const setting = (): AttentionSetting => ({ heads, batch: placeSentences(lengths, [4, 1, 0]) });
  /** Attention of query, key and value, as its one input. */
  const attend = (parts: readonly tf.Tensor[], itsSetting = setting()) =>
    attention(tf.stack([...parts]) as tf.Tensor3D, itsSetting);

  test('agrees with loops in f64', async () => {
    const [query, key, value] = inputs();
    const [q, k, v] = [await query.data(), await key.data(), await value.data()];
    const expected = new Float64Array(query.size);
    const begins = offsetsOf(lengths);
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
    await expectClose(attend([query, key, value]), expected, 3e-6);
  });

  test('has the gradients of finite differences, with dropout', async () => {
    const dropout = { rate: 0.3, place: { seed: 1, step: 2, site: 3 } };
    await expectGradients((...parts) => attend(parts, { ...setting(), dropout }), [...inputs()]);
  });

  test('drops the weights that the hash of seed, step, site, sentence, head, query and key says', async () => {
    const [rate, place] = [0.3, { seed: 1, step: 2, site: 3 }];
    const short = [5, 3];
    const batch = placeSentences(short, [6, 2]);
    const places = listPlaces(short);
    // Equal scores, and values that tell the keys apart: a context is its row of weights.
    const value = places.flatMap(({ place: at }) =>
      Array.from({ length: hidden }, (_, column) => Number(column % headWidth === at)),
    );
    const zeros = tf.zeros([batch.rows, hidden]);
    const parts = [zeros, zeros, tf.tensor2d(value, [batch.rows, hidden])];
    const context = attend(parts, { heads, batch, dropout: { rate, place } });
    const expected = places.flatMap(({ sentence, place: query }) => {
      const length = short[sentence]!;
      return Array.from({ length: hidden }, (_, column) => {
        const [head, key] = [Math.floor(column / headWidth), column % headWidth];
        const hash = hashOf([1, 2, 3, [6, 2][sentence]!, head, query, key]);
        return key >= length || hash < rate * 2 ** 32 ? 0 : 1 / (length * (1 - rate));
      });
    });
    await expectClose(context, expected, 1e-6);
  });

  test('a sentence reads nothing of another', async () => {
    const [query, key, value] = inputs();
    const clean = await attend([query, key, value]).data();
    const last = offsetsOf(lengths)[2]!;
    const spoil = (states: tf.Tensor2D) =>
      tf.concat([tf.slice(states, [0, 0], [last, hidden]), tf.fill([rows - last, hidden], 1e3)]);
    const spoiled = await attend([query, spoil(key), spoil(value)]).data();
    expect([...spoiled.slice(0, last * hidden)]).toEqual([...clean.slice(0, last * hidden)]);
  });
});
