import { expect, test } from 'vitest';
import { askAboutDeletion, describeObstacle } from '../../../src/studio/parts/deletion-words';
import { someRun } from '../../storage/samples';

const runs = (count: number, bestEpoch = 1) =>
  Array.from({ length: count }, (_, index) => ({
    ...someRun(`${index}`, `Run ${index + 1}`),
    ...{ bestEpoch, stepsTaken: 0 },
  }));

test('a question names the runs that depend on it, what they keep and what they will need', () => {
  expect(askAboutDeletion('corpora', { bytes: 1.2e6, keptBytes: 0, runs: runs(3) })).toEqual({
    loss: '(1.2\u00a0MB) from this browser; your files on disk stay',
    consequence:
      '3 runs were trained on it: Run 1, Run 2 and Run 3. They keep their scores and can be exported; ' +
      'to go on or to be scored anew, they need the same files again, read in the same way.',
    obstacle: '',
  });
  expect(
    askAboutDeletion('encoders', { bytes: 45.4e6, keptBytes: 0, runs: runs(1) }).consequence,
  ).toBe(
    '1 run was fine-tuned from it: Run 1. It keeps its scores and can be exported; ' +
      'to go on or to be scored anew, it needs the same encoder folder again.',
  );
});

test('weights that stay for the checkpoints of runs are told, with their size', () => {
  const { loss, consequence } = askAboutDeletion('encoders', {
    ...{ bytes: 2e6, keptBytes: 45.4e6, runs: runs(2) },
  });
  expect(loss).toBe('(2.0\u00a0MB) from this browser');
  expect(consequence).toMatch(
    /the same encoder folder again\. Its weights \(45\.4\u00a0MB\) stay stored for them, and are freed once the last of these runs is deleted\.$/u,
  );
});

test('of many runs five are named, and a run without a best epoch has nothing to export', () => {
  const many = askAboutDeletion('corpora', { bytes: 1, keptBytes: 0, runs: runs(7) }).consequence;
  expect(many).toContain(
    '7 runs were trained on it: Run 1, Run 2, Run 3, Run 4, Run 5 and 2 more.',
  );
  const unfinished = askAboutDeletion('corpora', {
    bytes: 1,
    keptBytes: 0,
    runs: runs(1, -1),
  }).consequence;
  expect(unfinished).toBe(
    '1 run was trained on it: Run 1. To go on, it needs the same files again, read in the same way.',
  );
});

test('nothing depends on it, nothing is said of runs', () => {
  expect(askAboutDeletion('encoders', { bytes: 1000, keptBytes: 0, runs: [] })).toEqual({
    ...{ loss: '(1.0\u00a0kB) from this browser', consequence: '', obstacle: '' },
  });
});

test('a run that trains with it is named, with the window it trains in', () => {
  expect(describeObstacle('encoders', 'Run 2', false)).toBe(
    'Run 2 is fine-tuning this encoder in another window of this browser. Stop it there or let it end; then this can be deleted.',
  );
});
