import { deleteDB, openDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { REGISTERS_ONLY } from '../../src/engine/webgpu/device/tile-choice';
import { findAdapterRecord, updateAdapterRecord } from '../../src/storage/adapters';
import { openDatabase } from '../../src/storage/database';
import { createId } from '../../src/storage/ids';
import { migrations } from '../../src/storage/migrations';
import { readStoredTokenizer } from '../../src/storage/encoder-files';
import { hashEncoder } from '../../src/storage/encoder-hash';
import type { RunRecord } from '../../src/storage/records';
import { findRun, listRuns } from '../../src/storage/runs/runs';
import type { Database } from '../../src/storage/schema';
import { miniLm } from '../reference/model-shapes';
import { someRun } from './samples';

/** The version before runs were split and adapters had one record. */
const WHOLE_RUNS_VERSION = 4;
/** The version before the tokenizer of an encoder lay apart from its record. */
const WHOLE_ENCODERS_VERSION = 5;

/** Makes a database of an earlier version, with these records as the pages of its time wrote them. */
async function openFrom(
  version: number,
  records: Partial<Record<'encoders' | 'runs' | 'tileChoices' | 'gpuMemory', readonly object[]>>,
): Promise<Database> {
  const name = `test-${createId()}`;
  onTestFinished(() => deleteDB(name));
  (await openDatabase(name, { migrations: migrations.slice(0, version) })).close();
  const old = await openDB(name, version);
  for (const [store, values] of Object.entries(records)) {
    for (const value of values) await old.put(store, value);
  }
  old.close();
  const database = await openDatabase(name);
  onTestFinished(() => database.close());
  return database;
}

const whole: RunRecord = {
  ...someRun('whole'),
  losses: Float32Array.of(2, 1.5, 1),
  bestPredictions: { epoch: 1, dataHash: 'abc', tagIds: Int16Array.of(0, 1, -1) },
  pinned: [{ epoch: 1, sentences: [{ text: 'Ada left.', entities: [] }] }],
};

test('runs of an earlier version keep all they had; a list of them reads neither losses nor predictions', async () => {
  const bare = { ...someRun('bare'), createdAt: 2 };
  const database = await openFrom(WHOLE_RUNS_VERSION, { runs: [whole, bare] });
  expect(await findRun(database, 'whole')).toEqual(whole);
  expect(await findRun(database, 'bare')).toEqual(bare);
  const listed = await listRuns(database);
  expect(listed.map(({ id, stepsTaken }) => [id, stepsTaken])).toEqual([
    ['bare', 0],
    ['whole', 3],
  ]);
  for (const field of ['losses', 'bestPredictions', 'pinned']) {
    expect(listed[1]).not.toHaveProperty(field);
  }
});

test('what was known of an adapter in two records is known in one', async () => {
  const precision = { choice: 'f16', speedup: 1.4, version: 1, lossApart: 0, gradientsApart: 0 };
  const tiles = { choice: REGISTERS_ONLY, version: 3 };
  const database = await openFrom(WHOLE_RUNS_VERSION, {
    tileChoices: [
      { adapter: 'apple, metal-3', ...tiles, precision },
      { adapter: 'intel, gen-12', ...tiles, examinations: 1 },
    ],
    gpuMemory: [
      { adapter: 'apple, metal-3', bytes: 3e9 },
      { adapter: 'nvidia, hopper', bytes: 2e9 },
    ],
  });
  const find = (adapter: string) => findAdapterRecord(database, adapter);
  expect(await find('apple, metal-3')).toEqual({
    ...{ adapter: 'apple, metal-3', tiles, precision },
    memoryBytes: 3e9,
  });
  expect(await find('intel, gen-12')).toEqual({ adapter: 'intel, gen-12', tiles, examinations: 1 });
  expect(await find('nvidia, hopper')).toEqual({ adapter: 'nvidia, hopper', memoryBytes: 2e9 });
});

test('a database of the first version has room for what came later, and what it had', async () => {
  const database = await openFrom(1, { runs: [whole] });
  expect(await findRun(database, 'whole')).toEqual(whole);
  const adapter = 'apple, metal-3';
  await updateAdapterRecord(database, adapter, { memoryBytes: 3e9 });
  await updateAdapterRecord(database, adapter, { tiles: { choice: REGISTERS_ONLY, version: 1 } });
  await updateAdapterRecord(database, adapter, { memoryBytes: 2e9 });
  expect(await findAdapterRecord(database, adapter)).toEqual({
    ...{ adapter, tiles: { choice: REGISTERS_ONLY, version: 1 } },
    memoryBytes: 2e9,
  });
  expect(await findAdapterRecord(database, 'nvidia, hopper')).toBeUndefined();
});

test('a migration that fails leaves the database as it was, and says why', async () => {
  const name = `test-${createId()}`;
  onTestFinished(() => deleteDB(name));
  (await openDatabase(name)).close();
  const failing = [...migrations, () => Promise.reject(new Error('The move failed.'))];
  await expect(openDatabase(name, { migrations: failing })).rejects.toThrow('The move failed.');
  const database = await openDatabase(name);
  onTestFinished(() => database.close());
  expect(database.version).toBe(migrations.length);
});

test('an encoder of an earlier version keeps all it had; its record no longer has the word pieces', async () => {
  const facts = { name: 'tiny', createdAt: 1, config: miniLm, licence: 'MIT', bundled: true };
  const tokenizer = { vocabulary: ['[PAD]', '[UNK]', 'ä'], lowercase: true };
  const list = { bytes: 4, generation: 1, shardHashes: ['aa', 'bb'] };
  const hash = hashEncoder(facts, tokenizer, list.shardHashes);
  const whole = { ...facts, ...tokenizer, ...list };
  const database = await openFrom(WHOLE_ENCODERS_VERSION, {
    encoders: [
      { ...whole, id: 'hashed', hash: 'as it was' },
      { ...whole, id: 'bare', doubts: ['a doubt'] },
    ],
  });
  const expected = { ...facts, ...list, lowercase: true };
  const [bare, hashed] = await database.getAll('encoders');
  expect(bare).toEqual({
    ...expected,
    ...{ id: 'bare', hash, doubts: ['a doubt'], tokenizer: bare!.tokenizer },
  });
  expect(hashed).toEqual({
    ...expected,
    ...{ id: 'hashed', hash: 'as it was', tokenizer: hashed!.tokenizer },
  });
  for (const encoder of [bare!, hashed!])
    expect(await readStoredTokenizer(database, encoder)).toEqual(tokenizer);
});
