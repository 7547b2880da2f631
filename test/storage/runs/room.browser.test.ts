import { expect, test } from 'vitest';
import { saveCheckpoint } from '../../../src/storage/runs/checkpoints';
import { releaseRoom, takeRoom } from '../../../src/storage/runs/room';
import { addRun, deleteRun, endRun } from '../../../src/storage/runs/runs';
import { whileTheOnlyTrainer } from '../../../src/storage/runs/trainer-lock';
import type { Database } from '../../../src/storage/schema';
import { SHARD_BYTES } from '../../../src/storage/shards/shards';
import { sweepLeftovers } from '../../../src/storage/sweep';
import { claimFree } from '../claimed-quota';
import { openFresh } from '../fresh-database';
import { seededBytes, someRun } from '../samples';

const key = { runId: 'run', slot: 'latest' } as const;
const fields = { key, epoch: 0, step: 1, devEntityF1: 0 };

async function openWithRun(): Promise<Database> {
  const database = await openFresh();
  await addRun(database, someRun('run'));
  return database;
}

/** Bytes of all that is stored in shards. */
async function storedBytes(database: Database): Promise<number> {
  const shards = await database.getAll('shards');
  return shards.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

test('room is really written, in bytes that do not compress, and given back', async () => {
  const database = await openWithRun();
  const bytes = SHARD_BYTES + 1000;
  const attempt = await takeRoom(database, 'run', bytes);
  expect(attempt).toMatchObject({ neededBytes: bytes, takenBytes: bytes });
  expect(await storedBytes(database)).toBe(bytes);
  const [shard] = await database.getAll('shards');
  const zipped = new Blob([shard!]).stream().pipeThrough(new CompressionStream('deflate'));
  expect((await new Response(zipped).arrayBuffer()).byteLength).toBeGreaterThan(SHARD_BYTES);

  expect(await releaseRoom(database, 'run')).toBe(true);
  expect(await storedBytes(database)).toBe(0);
  expect(await releaseRoom(database, 'run')).toBe(false);
});

test('a stop amid the writing gives back what was taken', async () => {
  const database = await openWithRun();
  let shards = 0;
  const taking = takeRoom(database, 'run', 3 * SHARD_BYTES, () => Promise.resolve(shards++ < 1));
  await expect(taking).rejects.toMatchObject({ name: 'AbortError' });
  expect(await database.count('shards')).toBe(0);
});

test('a latest checkpoint takes the place of the room, a best one leaves it, and the end of the run or its deletion frees it', async () => {
  const database = await openWithRun();
  const take = () => takeRoom(database, 'run', 500);
  const best = { ...fields, key: { runId: 'run', slot: 'best' } as const, bytes: 10 };
  await take();
  await saveCheckpoint(database, best, [seededBytes(10, 1)]);
  expect(await storedBytes(database)).toBe(510);
  await saveCheckpoint(database, { ...fields, bytes: 40 }, [seededBytes(40, 1)]);
  expect(await storedBytes(database)).toBe(50);
  await take();
  await endRun(database, 'run', { state: 'finished' });
  expect(await storedBytes(database)).toBe(10);
  await take();
  await deleteRun(database, 'run');
  expect(await storedBytes(database)).toBe(0);
});

test('a sweep frees the room of a run whose tab is dead, and keeps that of a run in training', async () => {
  const database = await openWithRun();
  await takeRoom(database, 'run', 500);
  await takeRoom(database, 'dead', 500);
  await whileTheOnlyTrainer(database, 'run', async () => {
    expect(await sweepLeftovers(database)).toBe(1);
    expect(await database.getAllKeys('shards')).toEqual([['room/run', 1, 0]]);
  });
  expect(await sweepLeftovers(database)).toBe(1);
  expect(await database.count('shards')).toBe(0);
});

test('where the browser grants too little, nothing is written, and the claim is told', async () => {
  const database = await openWithRun();
  await claimFree(1_000_000);
  const { takenBytes, claimedBytes } = await takeRoom(database, 'run', 2_000_000);
  expect(takenBytes).toBe(0);
  expect(claimedBytes).toBeLessThan(2_000_000);
  expect(await database.count('shards')).toBe(0);
});
