import { expect, test } from 'vitest';
import { judgeEpoch } from '../../src/train/best-epoch';

const best = { bestEntityF1: 0.5, bestDevLoss: 0.2 };

test.each([
  ['a higher F1 wins, whatever the loss', { score: 0.6, loss: 9 }, true, true],
  ['a lower F1 loses, whatever the loss', { score: 0.4, loss: 0.1 }, false, false],
  ['among equals the lower loss wins', { score: 0.5, loss: 0.1 }, true, true],
  ['among equals the higher loss loses', { score: 0.5, loss: 0.3 }, false, false],
  ['of the very same the later wins, and gains nothing', { score: 0.5, loss: 0.2 }, true, false],
  ['a loss that is no number never wins', { score: 0.5, loss: NaN }, false, false],
])('%s', (_, evaluation, isBest, isGain) => {
  expect(judgeEpoch(evaluation, best)).toEqual({ isBest, isGain });
});

test('the first epoch is the best, and so is an equal one after a checkpoint that kept no loss', () => {
  expect(judgeEpoch({ score: 0, loss: 1 }, { bestEntityF1: -1 }).isBest).toBe(true);
  expect(judgeEpoch({ score: 0.5, loss: 1 }, { bestEntityF1: 0.5 }).isBest).toBe(true);
});

test('without entities in dev, the epochs of a run that learns are told apart by their loss', () => {
  let position = { bestEntityF1: -1, bestDevLoss: Infinity };
  const isBest = [0.9, 0.4, 0.6, 0.3].map((loss) => {
    const verdict = judgeEpoch({ score: 0, loss }, position);
    if (verdict.isBest) position = { bestEntityF1: 0, bestDevLoss: loss };
    return verdict.isBest;
  });
  expect(isBest).toEqual([true, true, false, true]);
});
