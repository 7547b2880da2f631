import { deleteDB } from 'idb';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../src/storage/database';
import { findGpuMemory, saveGpuMemory } from '../../../src/storage/adapters/gpu-memory';
import { createId } from '../../../src/storage/ids';
import { addRun, listRuns } from '../../../src/storage/runs/runs';
import { migrations } from '../../../src/storage/schema';
import { someRun } from '../samples';

test('a database from before shortages were remembered has room for them, one an adapter, and what it had', async () => {
  const name = `test-${createId()}`;
  onTestFinished(() => deleteDB(name));
  const before = await openDatabase(name, { migrations: migrations.slice(0, 2) });
  await addRun(before, someRun('run'));
  before.close();
  const database = await openDatabase(name);
  onTestFinished(() => database.close());
  const adapter = 'apple, metal-3';
  await saveGpuMemory(database, { adapter, bytes: 3e9 });
  await saveGpuMemory(database, { adapter, bytes: 2e9 });
  expect(await findGpuMemory(database, adapter)).toEqual({ adapter, bytes: 2e9 });
  expect(await findGpuMemory(database, 'nvidia, hopper')).toBeUndefined();
  expect(await listRuns(database)).toHaveLength(1);
});
