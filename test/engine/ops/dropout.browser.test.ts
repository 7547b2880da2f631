import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { dropHidden } from '../../../src/engine/ops/dropout';
import { mix, type DropoutPlace } from '../../../src/engine/ops/dropout-hash';
import { hashOf } from '../../reference/dropout-hash';
import { listPlaces, placeSentences } from '../../reference/place-sentences';
import { backends, useBackend } from '../../reference/use-backend';

const place: DropoutPlace = { seed: 11, step: 5, site: 3 };

/** The mask of sentences of so many pieces, f32[rows, columns]. */
async function keptMask(
  lengths: number[],
  columns: number,
  sentenceIndices: number[],
  rate: number,
  at = place,
) {
  const mask = tf.tidy(() => {
    const batch = placeSentences(lengths, sentenceIndices);
    return dropHidden(tf.ones([batch.rows, columns]), { rate, place: at, batch });
  });
  const values = await mask.data<'float32'>();
  mask.dispose();
  return values;
}

test("the finaliser is MurmurHash3's: the published hashes of the empty text by seed", () => {
  expect(mix(0) >>> 0).toBe(0);
  expect(mix(1) >>> 0).toBe(0x514e28b7);
  expect(mix(0xffffffff) >>> 0).toBe(0x81f16f39);
});

// The masks of attention weights: see attention.browser.test.ts.
describe.each(backends)('dropout of hidden states on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('drops what the hash of seed, step, site, sentence, piece and column says', async () => {
    const [lengths, sentenceIndices, columns] = [[5, 1, 3], [7, 2, 30], 13];
    const expected = listPlaces(lengths).flatMap(({ sentence, place: piece }) =>
      Array.from({ length: columns }, (_, column) => {
        const { seed, step, site } = place;
        const hash = hashOf([seed, step, site, sentenceIndices[sentence]!, 0, piece, column]);
        return hash < 0.3 * 2 ** 32 ? 0 : Math.fround(1 / 0.7);
      }),
    );
    expect([...(await keptMask(lengths, columns, sentenceIndices, 0.3))]).toEqual(expected);
  });

  test('a sentence has the same mask in any micro-batch', async () => {
    const whole = await keptMask([9, 6, 4], 4, [0, 1, 2], 0.4);
    const alone = await keptMask([6], 4, [1], 0.4);
    expect([...alone]).toEqual([...whole.slice(9 * 4, 15 * 4)]);
  });

  test('the gradient passes through the same mask', async () => {
    const gradient = tf.tidy(() => {
      const batch = placeSentences([5, 2], [3, 1]);
      return tf.grad((x) => tf.sum(dropHidden(x as tf.Tensor2D, { rate: 0.25, place, batch })))(
        tf.ones([7, 3]),
      );
    });
    expect([...(await gradient.data())]).toEqual([...(await keptMask([5, 2], 3, [3, 1], 0.25))]);
    gradient.dispose();
  });
});

describe('dropout', () => {
  beforeAll(() => useBackend('cpu'));

  test('the share that is dropped is the rate, and another seed, step or site gives an unrelated mask', async () => {
    const lengths = [64, 64, 64, 64];
    const size = 4 * 64 * 128;
    const dropped = async (at: DropoutPlace) =>
      (await keptMask(lengths, 128, [0, 1, 2, 3], 0.1, at)).map((value) => (value === 0 ? 1 : 0));
    const masks = [place, { ...place, seed: 12 }, { ...place, step: 6 }, { ...place, site: 4 }];
    const first = await dropped(masks[0]!);
    for (const [i, mask] of masks.entries()) {
      const other = i === 0 ? first : await dropped(mask);
      const share = other.reduce((sum, x) => sum + x, 0) / size;
      expect(Math.abs(share - 0.1)).toBeLessThan(5 * Math.sqrt((0.1 * 0.9) / size)); // five standard deviations
      if (i === 0) continue;
      const both = other.reduce((sum, x, at) => sum + x * first[at]!, 0) / size;
      expect(Math.abs(both - 0.01)).toBeLessThan(5 * Math.sqrt((0.01 * 0.99) / size));
    }
  });

  test('a rate of 0 changes nothing, and a rate of 1 is refused', () => {
    const x = tf.ones<tf.Rank.R2>([2, 3]);
    const batch = placeSentences([2]);
    expect(dropHidden(x, { rate: 0, place, batch })).toBe(x);
    expect(() => dropHidden(x, { rate: 1, place, batch })).toThrow(
      'A dropout rate lies in [0, 1); got 1.',
    );
    tf.dispose([x, batch.starts, batch.table]);
  });
});
