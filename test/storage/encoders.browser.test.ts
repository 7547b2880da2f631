import { describe, expect, test } from 'vitest';
import {
  addWordShard,
  readEncoderFile,
  readStoredTokenizer,
  readWordShard,
} from '../../src/storage/encoder-files';
import { encoderBytes } from '../../src/storage/encoder-parts';
import {
  deleteEncoder,
  findEncoder,
  findSameEncoder,
  listEncoders,
  saveEncoder,
  type NewEncoder,
} from '../../src/storage/encoders';
import { foreseeDeletion } from '../../src/storage/foresee-deletion';
import { restoreEncoder } from '../../src/storage/retired-encoders';
import { saveCheckpoint } from '../../src/storage/runs/checkpoints';
import { addRun, deleteRun, findRun } from '../../src/storage/runs/runs';
import type { Database } from '../../src/storage/schema';
import { sweepLeftovers } from '../../src/storage/sweep';
import { measureUsage } from '../../src/storage/usage';
import { openFresh } from './fresh-database';
import { seededBytes, someRun } from './samples';

const BYTES = 100;

function someEncoder(id: string, change: Partial<NewEncoder> = {}): NewEncoder {
  const sizes = {
    ...{ vocabularySize: 3, hidden: 4, layers: 1, heads: 1 },
    ...{ intermediate: 8, maxPositions: 8, tokenTypes: 2 },
  };
  return {
    id,
    name: id,
    createdAt: 1,
    config: { ...sizes, layerNormEpsilon: 1e-12, hiddenDropout: 0.1, attentionDropout: 0.1 },
    tokenizer: { vocabulary: ['[PAD]', 'ä', '😀'], lowercase: true },
    bytes: BYTES,
    ...change,
  };
}

const weights = (seed = 1) => new Blob([seededBytes(BYTES, seed)]);
const bytesOf = async (blob: Blob | undefined) => new Uint8Array(await blob!.arrayBuffer());

/** Stores a run of the encoder `e` whose best epoch holds what training changed. */
async function storeRun(database: Database, id: string): Promise<void> {
  await addRun(database, { ...someRun(id), encoderId: 'e', bestEpoch: 1, state: 'finished' });
  const key = { runId: id, slot: 'best' } as const;
  const fields = { key, epoch: 1, step: 1, devEntityF1: 0, bytes: 10, needsEncoder: true } as const;
  await saveCheckpoint(database, fields, [seededBytes(10, 1)]);
}

test('an encoder comes back with its weights and its tokenizer, which its record has not', async () => {
  const database = await openFresh();
  const encoder = someEncoder('e');
  const stored = await saveEncoder(database, encoder, weights());
  expect(await findEncoder(database, 'e')).toEqual(stored);
  expect(await listEncoders(database)).toEqual([stored]);
  expect(stored).toMatchObject({ lowercase: true, bytes: BYTES });
  expect(JSON.stringify(stored)).not.toContain('😀');
  expect(await readStoredTokenizer(database, stored)).toEqual(encoder.tokenizer);
  expect(await bytesOf(await readEncoderFile(database, 'e'))).toEqual(seededBytes(BYTES, 1));
  expect(await findSameEncoder(database, someEncoder('other'), weights())).toEqual(stored);
  expect(await findSameEncoder(database, encoder, weights(2))).toBeUndefined();
  expect(await sweepLeftovers(database)).toBe(0);
});

test('an encoder whose writing breaks leaves nothing', async () => {
  const database = await openFresh();
  const broken = saveEncoder(database, someEncoder('e', { bytes: 101 }), weights());
  await expect(broken).rejects.toThrow('The encoder "e" should be 101 bytes, but only 100 came');
  expect([await listEncoders(database), await database.count('shards')]).toEqual([[], 0]);
});

test('an encoder is deleted with its weights and what was tokenized for it', async () => {
  const database = await openFresh();
  await saveEncoder(database, someEncoder('e'), weights());
  const counts = { sentences: 0, pieces: 0, wordsBeyondWindow: 0, entitiesBeyondWindow: 0 };
  for (const encoderId of ['e', 'other']) {
    const name = { corpusId: 'c', encoderId, maxPieces: 8, split: 'train' } as const;
    await database.put('packs', { ...name, ...counts, bytes: 0 });
  }
  await deleteEncoder(database, 'e');
  expect(await listEncoders(database)).toEqual([]);
  expect(await database.count('shards')).toBe(0);
  expect(await database.getAllKeys('packs')).toEqual([['c', 'other', 8, 'train']]);
});

test('an encoder whose tokenizer is damaged is deleted all the same', async () => {
  const database = await openFresh();
  const { tokenizer } = await saveEncoder(database, someEncoder('e'), weights());
  await database.put('shards', new ArrayBuffer(1), ['encoders/e', tokenizer.generation, 0]);
  await addRun(database, { ...someRun('run'), encoderId: 'e' });
  await deleteEncoder(database, 'e');
  expect([await listEncoders(database), await database.count('shards')]).toEqual([[], 0]);
  expect((await findRun(database, 'run'))!.encoderName).toBe('e');
});

test('shards of a word table are stored as they come, each once, weighed, and deleted with the encoder', async () => {
  const database = await openFresh();
  const files = new Map([['latin', new Blob([seededBytes(50, 1)])]]);
  const wordShards = { names: ['latin', 'cjk'], source: 'https://example.org/e/', files };
  const stored = await saveEncoder(database, someEncoder('e', { wordShards }), weights());
  expect(stored.wordShards).toMatchObject({
    ...{ names: ['latin', 'cjk'], source: 'https://example.org/e/' },
  });
  expect(await readWordShard(database, stored, 'cjk')).toBeUndefined();
  const more = await addWordShard(database, 'e', 'cjk', new Blob([seededBytes(30, 2)]));
  expect(await addWordShard(database, 'e', 'cjk', new Blob([seededBytes(30, 3)]))).toEqual(more);
  expect(await bytesOf(await readWordShard(database, more, 'latin'))).toEqual(seededBytes(50, 1));
  expect(await bytesOf(await readWordShard(database, more, 'cjk'))).toEqual(seededBytes(30, 2));
  const bytes = BYTES + 50 + 30 + stored.tokenizer.bytes;
  expect((await measureUsage(database)).each.get('e')).toBe(bytes);
  expect(await sweepLeftovers(database)).toBe(0);
  // The same files, whichever of its shards are here.
  expect(await findSameEncoder(database, someEncoder('other'), weights())).toEqual(more);
  await deleteEncoder(database, 'e');
  expect(await database.count('shards')).toBe(0);
});

describe('an encoder whose weights the checkpoints of runs need', () => {
  test('is in no list once it was deleted, and stays until the last of the runs is deleted', async () => {
    const database = await openFresh();
    const stored = await saveEncoder(database, someEncoder('e'), weights());
    for (const id of ['one', 'two']) await storeRun(database, id);
    const bytes = encoderBytes((await database.get('encoders', 'e'))!);
    const foreseen = await foreseeDeletion(database, 'encoders', 'e');
    expect(foreseen).toMatchObject({ bytes: 0, keptBytes: bytes, runs: [{}, {}] });

    await deleteEncoder(database, 'e');
    expect(await listEncoders(database)).toEqual([]);
    expect(await findRun(database, 'one')).toMatchObject({ encoderId: 'e', encoderName: 'e' });
    expect(await bytesOf(await readEncoderFile(database, 'e'))).toEqual(seededBytes(BYTES, 1));
    expect(await readStoredTokenizer(database, stored)).toEqual(someEncoder('e').tokenizer);
    expect(await sweepLeftovers(database)).toBe(0);

    await deleteRun(database, 'one');
    expect(await findEncoder(database, 'e')).toBeDefined();
    // The last run takes the encoder's bytes along.
    expect((await measureUsage(database)).each.get('two')).toBe(10 + bytes);
    await deleteRun(database, 'two');
    expect(await findEncoder(database, 'e')).toBeUndefined();
    expect(await database.count('shards')).toBe(0);
  });

  test('comes back when the same encoder is stored again', async () => {
    const database = await openFresh();
    await saveEncoder(database, someEncoder('e'), weights());
    await storeRun(database, 'run');
    await deleteEncoder(database, 'e');
    const same = await findSameEncoder(database, someEncoder('other'), weights());
    expect(same).toMatchObject({ id: 'e', retired: true });
    await restoreEncoder(database, 'e', { name: 'again', createdAt: 2 });
    expect(await listEncoders(database)).toMatchObject([{ id: 'e', name: 'again', createdAt: 2 }]);
    expect((await findRun(database, 'run'))!.encoderName).toBeUndefined();
  });

  test('goes where the runs find another of the same content', async () => {
    const database = await openFresh();
    await saveEncoder(database, someEncoder('e'), weights());
    await storeRun(database, 'run');
    await saveEncoder(database, someEncoder('twin'), weights());
    await deleteEncoder(database, 'e');
    expect((await findRun(database, 'run'))!.encoderId).toBe('twin');
    expect(await findEncoder(database, 'e')).toBeUndefined();
  });
});
