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

function takeEpoch(log: RunLog, epoch: number, isBest: boolean, loss = 0.3): void {
  const evaluation = { epoch, step: 10 * epoch, loss, report };
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

test('a run that goes on from before its stored best epoch does not put a worse one in its place', () => {
  const best = { epoch: 3, step: 30, loss: 0.2, report };
  const log = openLog({ ...before, epochs: [best], bestEpoch: 3, bestPredictions: seen(3) });
  takeEpoch(log, 1, true, 0.9); // the best of what it has seen since
  expect(log.newBest).toBeUndefined();
  expect(log.changesWithBest()).toMatchObject({ bestEpoch: 3, bestPredictions: seen(3) });
  takeEpoch(log, 3, true, 0.2);
  expect(log.newBest?.epoch).toEqual(best);
  takeEpoch(log, 4, true, 0.1);
  expect(log.changesWithBest()).toMatchObject({ bestEpoch: 4 });
  expect(log.changes().epochs?.map(({ epoch }) => epoch)).toEqual([1, 3, 4]);
});

test('a best epoch whose weights are still to be stored outlives the log of a GPU that failed', () => {
  const first = openLog(before);
  takeEpoch(first, 2, true, 0.2);
  const again = new RunLog(
    before,
    () => 0,
    () => 0,
    first.newBest,
  );
  takeEpoch(again, 1, true, 0.9);
  expect(again.changesWithBest()).toMatchObject({ bestEpoch: 2, bestPredictions: seen(2) });
  expect(again.changes()).toMatchObject({ bestEpoch: -1 });
});
