import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { currentEngine } from '../../../src/engine/engine';
import type { DeviceBatch } from '../../../src/engine/ops/device-batch';
import { embed } from '../../../src/engine/ops/embedding';
import { expectGradients } from '../../reference/finite-differences';
import { placePieces } from '../../reference/place-sentences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

describe.each(backends)('embedding on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  /** Sentences of so many pieces, with their ids. */
  const place = (lengths: number[], pieceIds: number[], entries: number): DeviceBatch =>
    placePieces(
      lengths,
      Int32Array.from(pieceIds),
      currentEngine().traits.sumsByOccurrence ? entries : undefined,
    );

  test('is the sum of a word, a place and the first token type, where there are any', async () => {
    const words = tf.tensor2d([
      [1, 2],
      [10, 20],
      [100, 200],
    ]);
    const positions = tf.tensor2d([
      [0.5, 0.25],
      [1000, 2000],
      [7, 7],
    ]);
    const tokenTypes = tf.tensor2d([
      [0.125, 0],
      [9, 9],
    ]);
    const sentences = place([2, 2], [2, 0, 1, 1], 3);
    expect(await embed({ words, positions, tokenTypes }, sentences).array()).toEqual([
      [100.625, 200.25],
      [1001.125, 2002],
      [10.625, 20.25],
      [1010.125, 2020],
    ]);
    expect(await embed({ words, positions }, sentences).array()).toEqual([
      [100.5, 200.25],
      [1001, 2002],
      [10.5, 20.25],
      [1010, 2020],
    ]);
  });

  test('a word piece seen twice collects both gradients, one not seen none', async () => {
    const sentences = place([3], [2, 0, 2], 4);
    const rest = {
      positions: tf.zeros<tf.Rank.R2>([4, 2]),
      tokenTypes: tf.zeros<tf.Rank.R2>([2, 2]),
    };
    const gradient = tf.grad((words) =>
      tf.sum(embed({ words: words as tf.Tensor2D, ...rest }, sentences)),
    )(tf.zeros([4, 2]));
    expect(await gradient.array()).toEqual([
      [1, 1],
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
  });

  test.each([9, 36])(
    'the first token type collects the gradients of all rows, the second none: width %i',
    async (hidden) => {
      const rows = 75;
      const ids = Array.from({ length: rows }, () => 0);
      const rest = {
        words: tf.zeros<tf.Rank.R2>([1, hidden]),
        positions: tf.zeros<tf.Rank.R2>([40, hidden]),
      };
      const sentences = place([40, 35], ids, 1);
      // Whole numbers, whose sums are exact in any order.
      const dy = tf.tensor2d(
        Array.from({ length: rows * hidden }, (_, i) => (i * 7) % 31),
        [rows, hidden],
      );
      const gradient = tf.grad((tokenTypes) =>
        tf.sum(tf.mul(dy, embed({ ...rest, tokenTypes: tokenTypes as tf.Tensor2D }, sentences))),
      )(tf.zeros([2, hidden]));
      const expected = await tf.sum(dy, 0).array();
      expect(await gradient.array()).toEqual([expected, Array.from({ length: hidden }, () => 0)]);
    },
  );

  test.each([7, 8])('has the gradients of finite differences: width %i', async (width) => {
    const sentences = place([3, 1, 2], [4, 1, 1, 0, 4, 4], 5);
    const table = (entries: number, seed: number) =>
      tf.tensor2d(seededNumbers(entries * width, seed), [entries, width]);
    await expectGradients(
      (words, positions, tokenTypes) =>
        embed(
          {
            words: words as tf.Tensor2D,
            positions: positions as tf.Tensor2D,
            tokenTypes: tokenTypes as tf.Tensor2D,
          },
          sentences,
        ),
      [table(5, 1), table(4, 2), table(2, 3)],
    );
  });
});

test.each([
  [70, 2],
  [72, 2],
  [72, 0],
])(
  'a table in parts has the sums and the gradients of one table, bit for bit, on webgpu: width %i, %i token types',
  async (width, types) => {
    await useBackend('webgpu');
    const ids = Int32Array.of(4, 1, 6, 0, 4, 2, 6);
    const sentences = placePieces([3, 4], ids, 7);
    const table = (entries: number, seed: number) =>
      tf.tensor2d(seededNumbers(entries * width, seed), [entries, width]);
    const words = table(7, 1);
    const others = [table(5, 2), ...(types > 0 ? [table(types, 3)] : [])];
    const weights = table(7, 4);
    const run = ([first, ...rest]: tf.Tensor2D[]) => {
      const sum = (...inputs: tf.Tensor[]) => {
        const [words, positions, ...moreWords] = inputs as [tf.Tensor2D, tf.Tensor2D];
        const tokenTypes = types > 0 ? { tokenTypes: moreWords.shift()! } : {};
        return embed({ words, positions, ...tokenTypes, moreWords }, sentences);
      };
      const tables = [first!, ...others, ...rest];
      const { value, grads } = tf.valueAndGrads((...inputs) =>
        tf.sum(tf.mul(sum(...inputs), weights)),
      )(tables);
      value.dispose();
      const [dFirst, ...dRest] = grads;
      const dOthers = dRest.splice(0, others.length);
      return {
        sums: sum(...tables).data(),
        others: Promise.all(dOthers.map((gradient) => gradient.data())),
        dWords: tf.concat([dFirst!, ...dRest]).data(),
      };
    };
    const whole = run([words]);
    const parts = run(
      [0, 3, 4].map((from, i) => tf.slice(words, [from, 0], [[3, 1, 3][i]!, width])),
    );
    for (const name of ['sums', 'others', 'dWords'] as const)
      expect(await parts[name], name).toEqual(await whole[name]);
  },
);

test('a segment id out of range is skipped on wasm', async () => {
  await useBackend('wasm');
  const x = tf.tensor2d([
    [1, 2],
    [4, 8],
    [16, 32],
  ]);
  const sums = tf.unsortedSegmentSum(x, tf.tensor1d([1, -1, 3], 'int32'), 3);
  expect(await sums.array()).toEqual([
    [0, 0],
    [1, 2],
    [0, 0],
  ]);
});
