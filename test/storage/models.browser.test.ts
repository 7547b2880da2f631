import { describe, expect, test } from 'vitest';
import {
  deleteModel,
  listModels,
  readModelBlob,
  renameModel,
  saveModel,
} from '../../src/storage/models';
import type { ModelRecord } from '../../src/storage/records';
import { requireRecord } from '../../src/storage/require';
import type { Database } from '../../src/storage/schema';
import { SHARD_BYTES } from '../../src/storage/shards/shards';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import { openFresh } from './fresh-database';
import { sameBytes, seededBytes } from './samples';

const card = {
  name: 'm',
  createdAt: 1,
  encoder: 'e',
  corpus: 'c',
  corpusHash: '',
  recipe: DEFAULT_RECIPE,
};

function someModel(id: string, bytes: number, createdAt = 1): ModelRecord {
  return { id, name: `model ${id}`, createdAt, bytes, labels: ['PER'], card };
}

async function readModelFile(database: Database, id: string): Promise<Uint8Array> {
  return new Uint8Array(await (await readModelBlob(database, id)).arrayBuffer());
}

describe('a model', () => {
  test('comes back as a Blob that can be cut', async () => {
    const database = await openFresh();
    const file = seededBytes(SHARD_BYTES + 3, 1);
    await saveModel(database, someModel('a', file.length), [file.subarray(0, 5), file.subarray(5)]);
    expect(await requireRecord(database, 'models', 'a')).toMatchObject(someModel('a', file.length));
    expect(sameBytes(await readModelFile(database, 'a'), file)).toBe(true);
    const blob = await readModelBlob(database, 'a');
    expect(blob.size).toBe(file.length);
    expect(new Uint8Array(await blob.slice(-3).arrayBuffer())).toEqual(file.slice(-3));
  });

  test('written under the same id takes the place of the old file', async () => {
    const database = await openFresh();
    await saveModel(database, someModel('a', SHARD_BYTES + 1), [seededBytes(SHARD_BYTES + 1, 1)]);
    await saveModel(database, someModel('a', 10), [seededBytes(10, 2)]);
    expect(await readModelFile(database, 'a')).toEqual(seededBytes(10, 2));
    expect(await database.count('shards')).toBe(1);
  });

  test('whose new file breaks keeps the old one', async () => {
    const database = await openFresh();
    await saveModel(database, someModel('a', 10), [seededBytes(10, 1)]);
    await expect(saveModel(database, someModel('a', 20), [seededBytes(10, 2)])).rejects.toThrow(
      'The model "model a" should be 20 bytes, but only 10 came; nothing was stored, so try again.',
    );
    expect(await readModelFile(database, 'a')).toEqual(seededBytes(10, 1));
    expect(await database.count('shards')).toBe(1);
  });

  test('is renamed, listed newest first, and deleted with its file', async () => {
    const database = await openFresh();
    await saveModel(database, someModel('a', 10, 1), [seededBytes(10, 1)]);
    await saveModel(database, someModel('b', 10, 2), [seededBytes(10, 2)]);
    await renameModel(database, 'a', 'Letters');
    expect((await listModels(database)).map(({ name }) => name)).toEqual(['model b', 'Letters']);
    expect(await readModelFile(database, 'a')).toEqual(seededBytes(10, 1));
    await deleteModel(database, 'a');
    expect(await database.getAllKeys('shards')).toEqual([['models/b', 1, 0]]);
    await expect(readModelBlob(database, 'a')).rejects.toThrow(
      'This model is no longer stored here',
    );
  });

  test('does not come back if it was deleted while it was written anew', async () => {
    const database = await openFresh();
    await saveModel(database, someModel('a', 10), [seededBytes(10, 1)]);
    async function* parts() {
      yield seededBytes(5, 1);
      await deleteModel(database, 'a');
      yield seededBytes(5, 2);
    }
    await expect(saveModel(database, someModel('a', 10), parts())).rejects.toThrow(
      'was deleted while it was written',
    );
    expect(await listModels(database)).toEqual([]);
    expect(await database.count('shards')).toBe(0);
  });
});
