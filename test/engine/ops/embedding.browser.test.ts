import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { embed } from '../../../src/engine/ops/embedding';
import { spreadRows } from '../../../src/engine/ops/gather-rows';
import { expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

describe.each(backends)('embedding on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('is the sum of a word, a place and the first token type', async () => {
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
    const ints = (numbers: number[]) => tf.tensor1d(numbers, 'int32');
    const sum = embed({ words, positions, tokenTypes }, ints([2, 0, 1, 1]), ints([0, 1, 0, 1]));
    expect(await sum.array()).toEqual([
      [100.625, 200.25],
      [1001.125, 2002],
      [10.625, 20.25],
      [1010.125, 2020],
    ]);
  });

  test('a word piece seen twice collects both gradients, one not seen none', async () => {
    const pieceIds = tf.tensor1d([2, 0, 2], 'int32');
    const places = tf.tensor1d([0, 1, 2], 'int32');
    const rest = {
      positions: tf.zeros<tf.Rank.R2>([4, 2]),
      tokenTypes: tf.zeros<tf.Rank.R2>([2, 2]),
    };
    const gradient = tf.grad((words) =>
      tf.sum(embed({ words: words as tf.Tensor2D, ...rest }, pieceIds, places)),
    )(tf.zeros([4, 2]));
    expect(await gradient.array()).toEqual([
      [1, 1],
      [0, 0],
      [2, 2],
      [0, 0],
    ]);
  });

  test('has the gradients of finite differences', async () => {
    const pieceIds = tf.tensor1d([4, 1, 1, 0, 4, 4], 'int32');
    const places = tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32');
    const table = (entries: number, seed: number) =>
      tf.tensor2d(seededNumbers(entries * 7, seed), [entries, 7]);
    await expectGradients(
      (words, positions, tokenTypes) =>
        embed(
          {
            words: words as tf.Tensor2D,
            positions: positions as tf.Tensor2D,
            tokenTypes: tokenTypes as tf.Tensor2D,
          },
          pieceIds,
          places,
        ),
      [table(5, 1), table(4, 2), table(2, 3)],
    );
  });
});

describe.each(backends)('rows that are spread on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('stand where their ids say, zeros elsewhere, and so do the gradients', async () => {
    const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
    const ids = tf.tensor1d([2, 0], 'int32');
    const spread = (x: tf.Tensor) => spreadRows(x as tf.Tensor2D, ids, 4);
    expect(await spread(x).array()).toEqual([
      [3, 4],
      [0, 0],
      [1, 2],
      [0, 0],
    ]);
    await expectGradients(spread, [x]);
  });
});

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
