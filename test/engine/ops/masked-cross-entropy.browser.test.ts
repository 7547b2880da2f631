import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { IGNORED_LABEL, maskedCrossEntropy } from '../../../src/engine/ops/masked-cross-entropy';
import { expectGradients } from '../../reference/finite-differences';
import { seededNumbers } from '../../reference/seeded-numbers';
import { backends, useBackend } from '../../reference/use-backend';

const [rows, tags] = [5, 7];
const labels = [3, IGNORED_LABEL, 0, 6, IGNORED_LABEL];

describe.each(backends)('masked cross-entropy on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test('sums over labelled rows and divides by what it is told', async () => {
    const logits = seededNumbers(rows * tags, 9).map((x) => 4 * x);
    let expected = 0;
    labels.forEach((label, row) => {
      if (label === IGNORED_LABEL) return;
      const scores = logits.slice(row * tags, (row + 1) * tags);
      expected +=
        Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[label]!;
    });
    const loss = maskedCrossEntropy(
      tf.tensor2d(logits, [rows, tags]),
      tf.tensor1d(labels, 'int32'),
      10,
    );
    expect((await loss.data())[0]).toBeCloseTo(expected / 10, 5);
  });

  test('has the gradient of finite differences', async () => {
    const labelIds = tf.tensor1d(labels, 'int32');
    const logits = tf.tensor2d(seededNumbers(rows * tags, 9), [rows, tags]);
    await expectGradients(
      (logits) => maskedCrossEntropy(logits as tf.Tensor2D, labelIds, 3),
      [logits],
    );
  });

  test('without any label the loss and its gradient are 0', async () => {
    const labelIds = tf.fill<tf.Rank.R1>([rows], IGNORED_LABEL, 'int32');
    const logits = tf.tensor2d(seededNumbers(rows * tags, 9), [rows, tags]);
    const { value, grad } = tf.valueAndGrad((x) =>
      maskedCrossEntropy(x as tf.Tensor2D, labelIds, 4),
    )(logits);
    expect(Math.abs((await value.data())[0]!)).toBe(0);
    expect((await grad.data()).every((x) => x === 0)).toBe(true);
  });
});
