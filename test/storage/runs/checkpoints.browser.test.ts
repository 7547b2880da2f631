import { describe, expect, test } from 'vitest';
import {
  findCheckpoint,
  loadCheckpoint,
  saveCheckpoint,
  type CheckpointSlot,
} from '../../../src/storage/runs/checkpoints';
import { addRun, deleteRun, findRun } from '../../../src/storage/runs/runs';
import type { Database } from '../../../src/storage/schema';
import { SHARD_BYTES } from '../../../src/storage/shards/shards';
import { openFresh } from '../fresh-database';
import { sameBytes, seededBytes, someRun } from '../samples';

async function openWithRun(): Promise<Database> {
  const database = await openFresh();
  await addRun(database, someRun('run'));
  return database;
}

/** A checkpoint of a step: its bytes are a function of the step. */
function save(database: Database, step: number, slot: CheckpointSlot = 'latest', bytes = 1000) {
  const fields = { key: { runId: 'run', slot }, epoch: 0, step, devEntityF1: 0.5, bytes };
  return saveCheckpoint(database, fields, [seededBytes(bytes, step)]);
}

async function damageShard(
  database: Database,
  slot: CheckpointSlot,
  generation: number,
): Promise<void> {
  await database.put('shards', new ArrayBuffer(1000), [`checkpoints/run/${slot}`, generation, 0]);
}

describe('a checkpoint', () => {
  test('comes back with its header', async () => {
    const database = await openWithRun();
    const bytes = SHARD_BYTES + 12;
    const header = await save(database, 3, 'latest', bytes);
    const loaded = await loadCheckpoint(database, 'run', 'latest');
    expect(loaded?.header).toEqual(header);
    expect(header).toMatchObject({ step: 3, generation: 1, bytes, devEntityF1: 0.5 });
    expect(sameBytes(loaded!.data, seededBytes(bytes, 3))).toBe(true);
    expect(loaded!.fellBack).toBe(false);
  });

  test('that was never saved is undefined', async () => {
    const database = await openWithRun();
    expect(await loadCheckpoint(database, 'run', 'best')).toBeUndefined();
    expect(await findCheckpoint(database, 'run', 'best')).toBeUndefined();
  });

  test('gives way to the next: two generations of latest stay, and one of best', async () => {
    const database = await openWithRun();
    for (const step of [1, 2, 3]) {
      await save(database, step, 'latest');
      await save(database, step, 'best');
    }
    expect(await database.getAllKeys('checkpoints')).toEqual([
      ['run', 'best', 3],
      ['run', 'latest', 2],
      ['run', 'latest', 3],
    ]);
    expect(await database.getAllKeys('shards')).toEqual([
      ['checkpoints/run/best', 3, 0],
      ['checkpoints/run/latest', 2, 0],
      ['checkpoints/run/latest', 3, 0],
    ]);
    expect((await loadCheckpoint(database, 'run', 'latest'))?.header.step).toBe(3);
  });

  test('that is damaged gives way to the one before it, and says so', async () => {
    const database = await openWithRun();
    await save(database, 1);
    await save(database, 2);
    await damageShard(database, 'latest', 2);
    const loaded = await loadCheckpoint(database, 'run', 'latest');
    expect(loaded).toMatchObject({ fellBack: true, header: { step: 1 } });
    expect(sameBytes(loaded!.data, seededBytes(1000, 1))).toBe(true);
  });

  test('is an error where every generation is damaged', async () => {
    const database = await openWithRun();
    await save(database, 1);
    await save(database, 2);
    await damageShard(database, 'latest', 1);
    await damageShard(database, 'latest', 2);
    await expect(loadCheckpoint(database, 'run', 'latest')).rejects.toThrow(
      'Every stored latest checkpoint of this run is damaged (2 read)',
    );
  });

  test('whose writing broke leaves the one before it', async () => {
    const database = await openWithRun();
    await save(database, 1);
    const fields = {
      key: { runId: 'run', slot: 'latest' as const },
      epoch: 0,
      step: 2,
      devEntityF1: 0,
      bytes: 9,
    };
    await expect(saveCheckpoint(database, fields, [new Uint8Array(8)])).rejects.toThrow(
      'only 8 came',
    );
    expect(await loadCheckpoint(database, 'run', 'latest')).toMatchObject({
      header: { step: 1 },
      fellBack: false,
    });
    expect(await database.count('shards')).toBe(1);
  });

  test('starts clean where a writing died before it', async () => {
    const database = await openWithRun();
    await save(database, 1);
    for (const index of [0, 1, 2]) {
      await database.put('shards', new ArrayBuffer(10), ['checkpoints/run/latest', 2, index]);
    }
    await save(database, 2);
    expect((await loadCheckpoint(database, 'run', 'latest'))?.header.step).toBe(2);
    expect(await database.count('shards')).toBe(2);
  });
});

describe('at the same time', () => {
  test('saves of one slot wait for each other', async () => {
    const database = await openWithRun();
    const headers = await Promise.all([1, 2, 3, 4].map((step) => save(database, step)));
    expect(headers.map(({ generation }) => generation)).toEqual([1, 2, 3, 4]);
    expect((await loadCheckpoint(database, 'run', 'latest'))?.header.step).toBe(4);
  });

  test('a reader sees whole checkpoints only, never older than before', async () => {
    const database = await openWithRun();
    const bytes = SHARD_BYTES + 100;
    await save(database, 1, 'best', bytes);
    let done = false;
    const writing = (async () => {
      for (const step of [2, 3]) await save(database, step, 'best', bytes);
      done = true;
    })();
    const expected = [1, 2, 3].map((step) => seededBytes(64, step));
    let newest = 1;
    let reads = 0;
    while (!done) {
      const loaded = await loadCheckpoint(database, 'run', 'best');
      const step = loaded!.header.step;
      expect(loaded!.fellBack).toBe(false);
      expect(step).toBeGreaterThanOrEqual(newest);
      expect(loaded!.data.slice(0, 64)).toEqual(expected[step - 1]);
      newest = step;
      reads++;
    }
    await writing;
    expect(reads).toBeGreaterThan(1);
  });
});

describe('a deleted run', () => {
  test('takes its checkpoints along, and only its own', async () => {
    const database = await openWithRun();
    await addRun(database, someRun('run2'));
    await save(database, 1, 'latest');
    await save(database, 1, 'best');
    const fields = {
      key: { runId: 'run2', slot: 'best' as const },
      epoch: 0,
      step: 9,
      devEntityF1: 0,
      bytes: 4,
    };
    await saveCheckpoint(database, fields, [new Uint8Array(4)]);
    await deleteRun(database, 'run');
    expect(await findRun(database, 'run')).toBeUndefined();
    expect(await database.getAllKeys('checkpoints')).toEqual([['run2', 'best', 1]]);
    expect(await database.getAllKeys('shards')).toEqual([['checkpoints/run2/best', 1, 0]]);
  });

  test('gets no checkpoint any more', async () => {
    const database = await openWithRun();
    await deleteRun(database, 'run');
    await expect(save(database, 1)).rejects.toThrow('This run is no longer stored here');
    expect(await database.count('shards')).toBe(0);
  });
});
