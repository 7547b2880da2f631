import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/storage/records';
import { saveCheckpoint } from '../../../src/storage/runs/checkpoints';
import { deleteDeadCheckpoints } from '../../../src/storage/runs/dead-checkpoints';
import { addRun, updateRun } from '../../../src/storage/runs/runs';
import { madeReport } from '../../ui/made-studio';
import { openFresh } from '../fresh-database';
import { seededBytes, someRun } from '../samples';

const epochs = [0.3, 0.5].map((f1, index) => ({
  ...{ epoch: index + 1, step: index + 1, loss: 0.2, report: madeReport(f1) },
}));

test.each<[string, Partial<RunRecord>, number[]]>([
  ['finished', { state: 'finished', epochs, bestEpoch: 2 }, []],
  ['stopped', { state: 'stopped', epochs, bestEpoch: 2 }, []],
  ['stopped before its first evaluation', { state: 'stopped' }, []],
  ['running', { state: 'running', epochs, bestEpoch: 2 }, [1, 2]],
  ['failed', { state: 'failed', epochs, bestEpoch: 2 }, [1, 2]],
  ['unsaved', { state: 'unsaved', epochs, bestEpoch: 1 }, [1, 2]],
  [
    'finished while its better epoch was not stored',
    { state: 'finished', epochs, bestEpoch: 1 },
    [1, 2],
  ],
])('of a run that has %s, what it may still need stays', async (_, changes, kept) => {
  const database = await openFresh();
  await addRun(database, someRun('run'));
  const save = (slot: 'latest' | 'best', seed: number) => {
    const fields = {
      key: { runId: 'run', slot },
      epoch: 1,
      step: seed,
      devEntityF1: 0,
      bytes: 100,
    };
    return saveCheckpoint(database, fields, [seededBytes(100, seed)]);
  };
  await save('best', 1);
  for (const seed of [1, 2]) await save('latest', seed);
  await updateRun(database, 'run', changes);
  expect(await deleteDeadCheckpoints(database)).toBe(kept.length > 0 ? 0 : 200);
  const keys = await database.getAllKeys('checkpoints');
  expect(keys).toEqual([
    ['run', 'best', 1],
    ...kept.map((generation) => ['run', 'latest', generation]),
  ]);
  expect(await database.count('shards')).toBe(keys.length);
});
