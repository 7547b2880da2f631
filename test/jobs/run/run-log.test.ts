import { expect, test } from 'vitest';
import { RunLog } from '../../../src/jobs/run/run-log';
import { ScoreCounter } from '../../../src/ner/scores';
import type { DevPredictions } from '../../../src/train/train-event';
import { someRun } from '../../storage/samples';

const before = someRun('run');
const report = new ScoreCounter('IOB2').report();
const seen = (epoch: number): DevPredictions => ({
  epoch,
  dataHash: 'abc',
  tagIds: Int16Array.of(epoch, 0, -1),
});
const openLog = (run: typeof before) =>
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

test('the record tells of a best epoch only once its weights are stored', () => {
  const log = openLog(before);
  takeEpoch(log, 1, true);
  expect(log.changes()).toMatchObject({ bestEpoch: -1 });
  expect(log.changes()).not.toHaveProperty('bestPredictions');
  expect(log.changesWithBest()).toMatchObject({ bestEpoch: 1, bestPredictions: seen(1) });
  log.keepBest();
  takeEpoch(log, 2, true); // no room for its weights
  takeEpoch(log, 3, false);
  expect(log.changes()).toMatchObject({ bestEpoch: 1, bestPredictions: seen(1) });
});

test('the record keeps what the best epoch saw, not what a later and worse one did', () => {
  const log = openLog(before);
  takeEpoch(log, 1, true);
  log.keepBest();
  takeEpoch(log, 2, true);
  log.keepBest();
  takeEpoch(log, 3, false);
  expect(log.changes()).toMatchObject({ bestEpoch: 2, bestPredictions: seen(2) });
});

test('an epoch that is evaluated again stands in the record once', () => {
  const log = openLog(before);
  takeEpoch(log, 1, true);
  takeEpoch(log, 1, true);
  expect(log.changes().epochs?.map(({ epoch }) => epoch)).toEqual([1]);
});
