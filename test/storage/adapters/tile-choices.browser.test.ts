import { deleteDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { REGISTERS_ONLY } from '../../../src/engine/webgpu/device/tile-choice';
import { openDatabase } from '../../../src/storage/database';
import { createId } from '../../../src/storage/ids';
import { addRun, listRuns } from '../../../src/storage/runs/runs';
import { migrations } from '../../../src/storage/schema';
import { findTileChoice, saveTileChoice } from '../../../src/storage/adapters/tile-choices';
import { openFresh } from '../fresh-database';
import { someRun } from '../samples';

const record = { adapter: 'apple, metal-3', choice: REGISTERS_ONLY, version: 1 };

test('a choice is kept by adapter, the last one of each', async () => {
  const database = await openFresh();
  await saveTileChoice(database, record);
  const newer = { ...record, choice: { ...REGISTERS_ONLY, large: 'shared 64' as const } };
  await saveTileChoice(database, newer);
  expect(await findTileChoice(database, 'apple, metal-3')).toEqual(newer);
  expect(await findTileChoice(database, 'nvidia, hopper')).toBeUndefined();
});

test('a database from before choices were kept has room for them, and what it had', async () => {
  const name = `test-${createId()}`;
  onTestFinished(() => deleteDB(name));
  const before = await openDatabase(name, { migrations: migrations.slice(0, 1) });
  await addRun(before, someRun('run'));
  before.close();
  const database = await openDatabase(name);
  onTestFinished(() => database.close());
  await saveTileChoice(database, record);
  expect(await findTileChoice(database, record.adapter)).toEqual(record);
  expect(await listRuns(database)).toHaveLength(1);
});
