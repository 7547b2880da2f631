import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/protocol/train-calls';
import { LiveRun } from '../../../src/studio/train/live-run.svelte';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { someRun } from '../../storage/samples';
import { madeReport } from '../../ui/made-studio';

const request = { name: 'Run 4', corpusId: 'c', encoderId: 'e', recipe: DEFAULT_RECIPE };
const step = (number: number, loss = 1): RunEvent => ({
  kind: 'step',
  step: number,
  steps: 100,
  epoch: 1,
  loss,
  learningRate: 5e-5,
  piecesPerSecond: 4000,
  gradientNorm: 1,
});

test('the time left is the pace of the steps times those to come', () => {
  let now = 0;
  const live = new LiveRun(request, ['PER'], () => now);
  for (let number = 1; number <= 10; number += 1) {
    live.apply(step(number));
    now += 500;
  }
  expect(live.secondsLeft).toBeCloseTo(45, 6); // 90 steps of half a second
});

test('a pause is no part of a step’s time', () => {
  let now = 0;
  const live = new LiveRun(request, ['PER'], () => now);
  live.apply(step(1));
  now += 500;
  live.apply(step(2));
  live.pause(true);
  now += 60_000;
  live.pause(false);
  live.apply(step(3));
  now += 500;
  live.apply(step(4));
  expect(live.secondsLeft).toBeCloseTo(48, 6);
});

test('the best epoch is remembered when a later one is worse', () => {
  const live = new LiveRun(request, ['PER']);
  const evaluation = (epoch: number, f1: number, isBest: boolean): RunEvent => ({
    kind: 'evaluation',
    epoch,
    step: 30 * epoch,
    loss: 0.2,
    report: madeReport(f1),
    isBest,
  });
  live.apply(evaluation(1, 0.41, true));
  live.apply(evaluation(2, 0.39, false));
  expect([live.bestEpoch, live.bestF1, live.reportEpoch]).toEqual([1, 0.41, 2]);
  expect(live.points).toEqual([
    { step: 30, f1: 0.41 },
    { step: 60, f1: 0.39 },
  ]);
});

test('a continued run keeps what was seen up to its checkpoint', () => {
  const live = new LiveRun(request, ['PER']);
  live.continueFrom({
    ...someRun('a'),
    losses: Float32Array.of(2, 1, 0.5),
    epochs: [
      { epoch: 1, step: 2, loss: 0.3, report: madeReport(0.3) },
      { epoch: 2, step: 3, loss: 0.2, report: madeReport(0.4) },
    ],
    bestEpoch: 1,
    pinned: [
      { epoch: 1, sentences: [] },
      { epoch: 2, sentences: [] },
    ],
  });
  live.apply({ kind: 'resumed', step: 2, epochsDone: 1 });
  live.apply(step(3, 0.75));
  expect(live.losses).toEqual([2, 1, 0.75]);
  expect(live.lossCount).toBe(3);
  expect(live.points).toEqual([{ step: 2, f1: 0.3 }]);
  expect(live.pinned).toEqual([{ epoch: 1, sentences: [] }]);
  expect([live.bestEpoch, live.bestF1]).toEqual([1, 0.3]);
});

test('a checkpoint that could not be stored is told until one is, with what a closed tab would cost', () => {
  const live = new LiveRun(request, ['PER']);
  const failed = { kind: 'checkpoint-failed', reason: 'The disk is full.' } as const;
  live.apply({ kind: 'checkpoint', step: 5, bytes: 1 });
  live.apply({ ...failed, step: 7, resumesAt: 5 });
  expect(live.checkpointTrouble).toBe(
    'Step 7 could not be stored: The disk is full. If this tab is closed now, the run goes on after step 5.',
  );
  expect(live.checkpointAt).toBeDefined();
  live.apply({ ...failed, step: 8, resumesAt: 0 });
  expect(live.checkpointTrouble).toMatch(/the run begins anew\.$/u);
  expect(live.checkpointAt).toBeUndefined();
  live.apply({ kind: 'checkpoint', step: 9, bytes: 1 });
  expect(live.checkpointTrouble).toBe('');
});

test('the age of a checkpoint goes by a clock that nobody sets', () => {
  let now = 5_000;
  const live = new LiveRun(request, ['PER'], () => now);
  live.apply({ kind: 'checkpoint', step: 5, bytes: 1 });
  now += 3_000;
  expect(live.checkpointAgeMs).toBe(3_000);
});

test('best weights that are only in memory are told until they are stored', () => {
  const live = new LiveRun(request, ['PER']);
  live.apply({ kind: 'best-held', epoch: 2, reason: 'The disk is full.' });
  expect(live.bestTrouble).toBe('The disk is full.');
  live.apply({ kind: 'best-stored', epoch: 2 });
  expect(live.bestTrouble).toBe('');
});

test('a run that begins anew beside its better stored epoch goes on telling of that one', () => {
  const live = new LiveRun(request, ['PER']);
  const epochs = [{ epoch: 3, step: 9, loss: 0.2, report: madeReport(0.6) }];
  live.continueFrom({ ...someRun('a'), epochs, bestEpoch: 3 });
  live.apply({ kind: 'resumed', step: 0, epochsDone: 0 });
  live.apply({
    ...{ kind: 'evaluation', epoch: 1, step: 3, loss: 0.5 },
    ...{ report: madeReport(0.4), isBest: true },
  });
  expect([live.bestEpoch, live.bestF1]).toEqual([3, 0.6]);
});
