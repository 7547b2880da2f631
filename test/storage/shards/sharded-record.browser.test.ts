import { describe, expect, test } from 'vitest';
import {
  deleteEncoder,
  findEncoder,
  listEncoders,
  readEncoderFile,
  saveEncoder,
} from '../../../src/storage/encoders';
import {
  deleteModel,
  listModels,
  readModelBlob,
  renameModel,
  saveModel,
} from '../../../src/storage/models';
import type { EncoderRecord, ModelRecord } from '../../../src/storage/records';
import { requireRecord } from '../../../src/storage/require';
import type { Database } from '../../../src/storage/schema';
import { SHARD_BYTES } from '../../../src/storage/shards/shards';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { openFresh } from '../fresh-database';
import { sameBytes, seededBytes } from '../samples';

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

function someEncoder(id: string, bytes: number): EncoderRecord {
  const sizes = {
    vocabularySize: 3,
    hidden: 4,
    layers: 1,
    heads: 1,
    intermediate: 8,
    maxPositions: 8,
    tokenTypes: 2,
  };
  const config = { ...sizes, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1 };
  return {
    id,
    name: id,
    createdAt: 1,
    config,
    vocabulary: ['[PAD]', 'ä', '😀'],
    lowercase: true,
    bytes,
  };
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

describe('an encoder', () => {
  test('comes back with its weights', async () => {
    const database = await openFresh();
    await saveEncoder(database, someEncoder('e', 100), new Blob([seededBytes(100, 1)]));
    expect(await findEncoder(database, 'e')).toMatchObject(someEncoder('e', 100));
    expect(await readEncoderFile(database, 'e')).toEqual(seededBytes(100, 1));
    expect(await listEncoders(database)).toHaveLength(1);
  });

  test('is deleted with its weights and what was tokenized for it', async () => {
    const database = await openFresh();
    await saveEncoder(database, someEncoder('e', 100), [seededBytes(100, 1)]);
    for (const encoderId of ['e', 'other']) {
      const counts = {
        sentences: 0,
        pieces: 0,
        wordsBeyondWindow: 0,
        entitiesBeyondWindow: 0,
        bytes: 0,
      };
      await database.put('packs', {
        corpusId: 'c',
        encoderId,
        maxPieces: 8,
        split: 'train',
        ...counts,
      });
    }
    await deleteEncoder(database, 'e');
    expect(await listEncoders(database)).toEqual([]);
    expect(await database.count('shards')).toBe(0);
    expect(await database.getAllKeys('packs')).toEqual([['c', 'other', 8, 'train']]);
  });
});
