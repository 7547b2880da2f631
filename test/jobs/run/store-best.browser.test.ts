import { expect, test } from 'vitest';
import { storeBest, type UnstoredBest } from '../../../src/jobs/run/store-best';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { findCheckpoint, saveCheckpoint } from '../../../src/storage/runs/checkpoints';
import { takeRoom } from '../../../src/storage/runs/room';
import { addRun, findRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { countBytes, writeCheckpoint } from '../../../src/train/checkpoint/checkpoint-file';
import { START_POSITION } from '../../../src/train/checkpoint/checkpoint-state';
import { miniLm } from '../../reference/model-shapes';
import { claimFree } from '../../storage/claimed-quota';
import { openFresh } from '../../storage/fresh-database';
import { seededBytes, someRun } from '../../storage/samples';
import { madeReport } from '../../ui/made-studio';

const MEGABYTES = 1_000_000;
const runId = 'run';

/** Best weights of an epoch, two megabytes of them. */
function madeBest(epoch: number): UnstoredBest {
  const data = Float32Array.from({ length: 500_000 }, (_, index) => Math.sin(index * epoch));
  const state = {
    weights: new Map([['classifier.weight', { shape: [data.length], data }]]),
    position: { ...START_POSITION, epochsDone: epoch },
    ...{ recipe: DEFAULT_RECIPE, labels: ['PER'], config: miniLm, dataHash: 'abc' },
  };
  const bytes = countBytes(writeCheckpoint(state));
  const record = { epoch, step: epoch, loss: 0.3, report: madeReport(0.4) };
  return {
    best: { epoch: record, predictions: undefined },
    state,
    fields: { key: { runId, slot: 'best' }, epoch, step: epoch, devEntityF1: 0.4, bytes },
  };
}

const store = (database: Database, epoch: number) =>
  storeBest(database, madeBest(epoch), { bestEpoch: epoch });

/** Generations of latest that are stored, whether room is held, and the epoch that is stored as the best. */
async function stored(database: Database) {
  const keys = await database.getAllKeys('checkpoints');
  const owners = (await database.getAllKeys('shards')).map(([owner]) => owner);
  return {
    latest: keys.filter(([, slot]) => slot === 'latest').map(([, , generation]) => generation),
    room: owners.includes(`room/${runId}`),
    best: (await findCheckpoint(database, runId, 'best'))?.epoch,
    told: (await findRun(database, runId))?.bestEpoch,
  };
}

test('on a full disk the room yields to the best weights, then the older latest, then the latest, and never the older best', async () => {
  const database = await openFresh();
  await addRun(database, someRun(runId));
  const bytes = 3 * MEGABYTES;
  const latest = {
    key: { runId, slot: 'latest' },
    epoch: 0,
    step: 1,
    devEntityF1: 0,
    bytes,
  } as const;
  for (const seed of [1, 2]) await saveCheckpoint(database, latest, [seededBytes(bytes, seed)]);
  await takeRoom(database, runId, bytes);

  await store(database, 1);
  expect(await stored(database)).toEqual({ latest: [1, 2], room: true, best: 1, told: 1 });
  await claimFree(MEGABYTES);
  await store(database, 2);
  expect(await stored(database)).toEqual({ latest: [1, 2], room: false, best: 2, told: 2 });
  await claimFree(MEGABYTES);
  await store(database, 3);
  expect(await stored(database)).toEqual({ latest: [2], room: false, best: 3, told: 3 });
  await claimFree(MEGABYTES);
  await store(database, 4);
  expect(await stored(database)).toEqual({ latest: [], room: false, best: 4, told: 4 });

  await claimFree(MEGABYTES);
  await expect(store(database, 5)).rejects.toMatchObject({ name: 'StorageFullError' });
  expect(await stored(database)).toEqual({ latest: [], room: false, best: 4, told: 4 });
});
