import { expect, test } from 'vitest';
import { RunLog } from '../../src/jobs/run-log';
import { ScoreCounter } from '../../src/ner/scores';
import type { RunRecord } from '../../src/storage/records';
import { defaultRecipe } from '../../src/train/recipe';
import type { DevPredictions } from '../../src/train/train-event';

const before: RunRecord = {
  id: 'run',
  name: 'Run 1',
  createdAt: 0,
  corpusId: 'corpus',
  encoderId: 'encoder',
  recipe: defaultRecipe,
  labels: ['PER'],
  backend: 'wasm',
  state: 'running',
  steps: 30,
  losses: new Float32Array(),
  epochs: [],
  bestEpoch: -1,
  elapsedMs: 0,
  piecesPerSecond: 0,
  peakMemoryBytes: 0,
};
const report = new ScoreCounter('IOB2').report();
const seen = (epoch: number): DevPredictions => ({
  epoch,
  dataHash: 'abc',
  tagIds: Int16Array.of(epoch, 0, -1),
});
const openLog = (run: RunRecord) =>
  new RunLog(
    run,
    () => 0,
    () => 0,
  );

function takeEpoch(log: RunLog, epoch: number, isBest: boolean): void {
  const evaluation = { epoch, step: 10 * epoch, loss: 0.3, report };
  const predictions = isBest ? { predictions: seen(epoch) } : {};
  log.take({ kind: 'evaluation', ...evaluation, isBest, ...predictions });
}

test('the record keeps what the best epoch saw, not what a later and worse one did', () => {
  const log = openLog(before);
  expect(log.changes()).not.toHaveProperty('bestPredictions');
  takeEpoch(log, 1, true);
  takeEpoch(log, 2, true);
  takeEpoch(log, 3, false);
  expect(log.changes()).toMatchObject({ bestEpoch: 2, bestPredictions: seen(2) });
});

test('a run that goes on keeps it until a better epoch comes', () => {
  const log = openLog({ ...before, bestEpoch: 1, bestPredictions: seen(1) });
  takeEpoch(log, 2, false);
  expect(log.changes().bestPredictions).toEqual(seen(1));
  takeEpoch(log, 3, true);
  expect(log.changes().bestPredictions).toEqual(seen(3));
});
