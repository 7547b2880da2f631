import { describe, expect, test } from 'vitest';
import {
  readShards,
  readShardsAsBlob,
  SHARD_BYTES,
  writeShards,
  type ByteParts,
} from '../../../src/storage/shards/shards';
import type { ShardList } from '../../../src/storage/shards/shard-list';
import type { Database } from '../../../src/storage/schema';
import { openFresh } from '../fresh-database';
import { sameBytes, seededBytes } from '../samples';

const owner = 'tests/one';

function write(database: Database, bytes: number, parts: ByteParts): Promise<ShardList> {
  return writeShards(database, { what: 'The test', owner, generation: 1, bytes }, parts, (list) =>
    Promise.resolve(list),
  );
}

describe('bytes written in shards', () => {
  test.each([
    ['nothing', 0, 0],
    ['one byte', 1, 1],
    ['one shard', SHARD_BYTES, 1],
    ['one shard and a byte', SHARD_BYTES + 1, 2],
    ['three shards, the last odd', 2 * SHARD_BYTES + 12_345, 3],
  ])('come back equal: %s', async (_what, bytes, shards) => {
    const database = await openFresh();
    const data = seededBytes(bytes, 7);
    const list = await write(database, bytes, [data]);
    expect(list.shardHashes).toHaveLength(shards);
    expect(sameBytes(await readShards(database, owner, list), data)).toBe(true);
    const blob = await readShardsAsBlob(database, owner, list);
    expect(sameBytes(new Uint8Array(await blob.arrayBuffer()), data)).toBe(true);
  });

  test('no shard is longer than 16 MB', async () => {
    const database = await openFresh();
    await write(database, 40_000_000, [seededBytes(40_000_000, 1)]);
    const stored = await database.getAll('shards');
    expect(stored.map(({ byteLength }) => byteLength)).toEqual([16_000_000, 16_000_000, 8_000_000]);
  });

  test('may come in parts that cross shards, be empty, lie in shared memory, or arrive one by one', async () => {
    const database = await openFresh();
    const data = seededBytes(SHARD_BYTES + 1000, 3);
    const shared = new Uint8Array(new SharedArrayBuffer(SHARD_BYTES));
    shared.set(data.subarray(500, 500 + SHARD_BYTES));
    async function* arriving() {
      yield data.subarray(0, 500);
      await Promise.resolve();
      yield new Uint8Array();
      yield shared;
      yield data.subarray(500 + SHARD_BYTES);
    }
    const list = await write(database, data.length, arriving());
    expect(sameBytes(await readShards(database, owner, list), data)).toBe(true);
  });

  test('may come as a Blob', async () => {
    const database = await openFresh();
    const data = seededBytes(SHARD_BYTES + 1000, 4);
    const list = await write(database, data.length, new Blob([data]));
    expect(sameBytes(await readShards(database, owner, list), data)).toBe(true);
  });

  test('carry the SHA-256 that the standard gives', async () => {
    const database = await openFresh();
    const list = await write(database, 3, [new TextEncoder().encode('abc')]);
    // FIPS 180-2, appendix B.1.
    expect(list.shardHashes).toEqual([
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    ]);
  });
});

describe('a writing that fails leaves nothing', () => {
  test.each([
    ['too few bytes', 10, 'The test should be 10 bytes, but only 4 came'],
    ['too many bytes', 3, 'The test should be 3 bytes, but more came'],
  ])('%s', async (_what, stated, message) => {
    const database = await openFresh();
    await expect(write(database, stated, [new Uint8Array(4)])).rejects.toThrow(message);
    expect(await database.count('shards')).toBe(0);
  });

  test('a source that breaks in the third shard', async () => {
    const database = await openFresh();
    function* breaking() {
      yield seededBytes(2 * SHARD_BYTES, 5);
      throw new Error('The source broke.');
    }
    await expect(write(database, 3 * SHARD_BYTES, breaking())).rejects.toThrow('The source broke.');
    expect(await database.count('shards')).toBe(0);
  });

  test('a record that cannot be written', async () => {
    const database = await openFresh();
    const writing = { what: 'The test', owner, generation: 1, bytes: 4 };
    const commit = () => Promise.reject(new Error('No record.'));
    await expect(writeShards(database, writing, [new Uint8Array(4)], commit)).rejects.toThrow(
      'No record.',
    );
    expect(await database.count('shards')).toBe(0);
  });
});

describe('damage is found', () => {
  test.each([
    [
      'one bit flipped',
      (shard: Uint8Array) => shard.map((byte, index) => (index === 100 ? byte ^ 1 : byte)),
    ],
    ['a shard cut short', (shard: Uint8Array) => shard.slice(0, -1)],
    ['a shard too long', (shard: Uint8Array) => new Uint8Array(shard.length + 1)],
    ['a shard gone', () => undefined],
  ])('%s', async (_what, damage) => {
    const database = await openFresh();
    const list = await write(database, SHARD_BYTES + 1000, [seededBytes(SHARD_BYTES + 1000, 6)]);
    const damaged = damage(new Uint8Array((await database.get('shards', [owner, 1, 1]))!));
    if (damaged) await database.put('shards', damaged.slice().buffer, [owner, 1, 1]);
    else await database.delete('shards', [owner, 1, 1]);

    const message = 'Stored data is damaged: shard 1 of tests/one is not what was written.';
    await expect(readShards(database, owner, list)).rejects.toThrow(message);
    await expect(readShardsAsBlob(database, owner, list)).rejects.toThrow(message);
  });
});
