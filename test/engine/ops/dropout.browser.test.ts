import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { dropout } from '../../../src/engine/ops/dropout';
import { mix, type DropoutPlace } from '../../../src/engine/ops/dropout-hash';
import { hashOf } from '../../reference/dropout-hash';
import { useBackend } from '../../reference/use-backend';

const place: DropoutPlace = { seed: 11, step: 5, site: 3 };

async function keptMask(
  shape: [number, number, number] | [number, number, number, number],
  rows: number[],
  rate: number,
  at = place,
) {
  const mask = tf.tidy(() =>
    dropout(
      tf.ones<tf.Rank.R4>(shape as [number, number, number, number]),
      rate,
      at,
      tf.tensor1d(rows, 'int32'),
    ),
  );
  const values = await mask.data<'float32'>();
  mask.dispose();
  return values;
}

test("the finaliser is MurmurHash3's: the published hashes of the empty text by seed", () => {
  expect(mix(0) >>> 0).toBe(0);
  expect(mix(1) >>> 0).toBe(0x514e28b7);
  expect(mix(0xffffffff) >>> 0).toBe(0x81f16f39);
});

// Both engines drop inside their own kernels: for their masks see residual-norm.browser.test.ts and attention.browser.test.ts.
describe('dropout as an op of its own', () => {
  beforeAll(() => useBackend('cpu'));

  test('the mask of hidden states is the hash of seed, step, site, row, piece and column', async () => {
    const [rows, pieces, columns] = [[7, 2, 30], 5, 13];
    const expected = rows.flatMap((row) =>
      Array.from({ length: pieces * columns }, (_, i) => {
        const hash = hashOf([
          place.seed,
          place.step,
          place.site,
          row,
          0,
          Math.floor(i / columns),
          i % columns,
        ]);
        return hash < 0.3 * 2 ** 32 ? 0 : Math.fround(1 / 0.7);
      }),
    );
    expect([...(await keptMask([3, pieces, columns], rows, 0.3))]).toEqual(expected);
  });

  test('the mask of attention weights is the hash of seed, step, site, row, head, query and key', async () => {
    const [rows, heads, pieces] = [[0, 4], 3, 7];
    const expected = rows.flatMap((row) =>
      Array.from({ length: heads * pieces * pieces }, (_, i) => {
        const [head, query, key] = [
          Math.floor(i / (pieces * pieces)),
          Math.floor(i / pieces) % pieces,
          i % pieces,
        ];
        const hash = hashOf([place.seed, place.step, place.site, row, head, query, key]);
        return hash < 0.5 * 2 ** 32 ? 0 : 2;
      }),
    );
    expect([...(await keptMask([2, heads, pieces, pieces], rows, 0.5))]).toEqual(expected);
  });

  test('a sentence has the same mask in any micro-batch and under any padding', async () => {
    const whole = await keptMask([3, 9, 4], [0, 1, 2], 0.4);
    const alone = await keptMask([1, 6, 4], [1], 0.4);
    expect([...alone]).toEqual([...whole.slice(9 * 4, 9 * 4 + 6 * 4)]);
    const wide = await keptMask([1, 2, 8, 8], [5], 0.4);
    const narrow = await keptMask([1, 2, 3, 3], [5], 0.4);
    for (let head = 0; head < 2; head++) {
      for (let query = 0; query < 3; query++) {
        const at = (head * 8 + query) * 8;
        expect([...narrow.slice((head * 3 + query) * 3, (head * 3 + query + 1) * 3)]).toEqual([
          ...wide.slice(at, at + 3),
        ]);
      }
    }
  });

  test('the share that is dropped is the rate, and another seed, step or site gives an unrelated mask', async () => {
    const size = 4 * 64 * 128;
    const dropped = async (at: DropoutPlace) =>
      (await keptMask([4, 64, 128], [0, 1, 2, 3], 0.1, at)).map((value) => (value === 0 ? 1 : 0));
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

  test('the gradient passes through the same mask', async () => {
    const rows = tf.tensor1d([3, 1], 'int32');
    const gradient = tf.tidy(() =>
      tf.grad((x) => tf.sum(dropout(x as tf.Tensor3D, 0.25, place, rows)))(tf.ones([2, 5, 3])),
    );
    expect([...(await gradient.data())]).toEqual([...(await keptMask([2, 5, 3], [3, 1], 0.25))]);
    tf.dispose([rows, gradient]);
  });

  test('a rate of 0 changes nothing, and a rate of 1 is refused', () => {
    const x = tf.ones<tf.Rank.R3>([1, 2, 3]);
    const rows = tf.tensor1d([0], 'int32');
    expect(dropout(x, 0, place, rows)).toBe(x);
    expect(() => dropout(x, 1, place, rows)).toThrow('A dropout rate lies in [0, 1); got 1.');
    tf.dispose([x, rows]);
  });
});
