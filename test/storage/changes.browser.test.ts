import { expect, onTestFinished, test } from 'vitest';
import { followChanges } from '../../src/storage/changes';
import { openDatabase } from '../../src/storage/database';
import { deleteModel, renameModel, saveModel } from '../../src/storage/models';
import { addRun, deleteRun, updateRun } from '../../src/storage/runs/runs';
import type { Database } from '../../src/storage/schema';
import { hide } from '../browser/hidden-interface';
import { madeModel } from '../ui/made-studio';
import { openFresh } from './fresh-database';
import { someRun } from './samples';

/** Another connection, as another window or a worker has one. */
async function openAgain(database: Database): Promise<Database> {
  const other = await openDatabase(database.name);
  onTestFinished(() => other.close());
  return other;
}

function listen(database: Database): string[] {
  const heard: string[] = [];
  onTestFinished(followChanges(database, (stores) => heard.push(stores.join())));
  return heard;
}

test('every writing is told here and to the other windows, with the names of the stores that are listed', async () => {
  const database = await openFresh();
  const other = await openAgain(database);
  const [here, there, elsewhere] = [listen(database), listen(other), listen(await openFresh())];
  const model = madeModel('letters');
  await saveModel(database, model, [new Uint8Array(model.bytes)]);
  await renameModel(database, model.id, 'letters of May');
  await deleteModel(database, model.id);
  await addRun(database, someRun('run'));
  await updateRun(database, 'run', { steps: 1 });
  await deleteRun(database, 'run');
  // With a run goes what was kept for it alone, such as an encoder that was deleted before.
  const told = ['models', 'models', 'models', 'runs', 'runs', 'corpora,encoders,runs'];
  expect(here).toEqual(told);
  await expect.poll(() => there).toEqual(told);
  expect(elsewhere).toEqual([]); // another storage
});

test('what fails is told to nobody', async () => {
  const database = await openFresh();
  const here = listen(database);
  await expect(renameModel(database, 'nowhere', 'x')).rejects.toThrow('no longer stored here');
  expect(here).toEqual([]);
});

test('a browser without channels still tells its own page', async () => {
  hide(globalThis, 'BroadcastChannel');
  const database = await openFresh();
  const here = listen(database);
  await addRun(database, someRun('run'));
  expect(here).toEqual(['runs']);
});
