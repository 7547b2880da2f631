import { deleteDB, openDB } from 'idb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { listCorpora } from '../../src/storage/corpora/corpora';
import { DatabaseClosedError, openDatabase } from '../../src/storage/database';
import { createId } from '../../src/storage/ids';
import { addRun, findRun, listRuns, updateRun } from '../../src/storage/runs/runs';
import { migrations, type Migration } from '../../src/storage/migrations';
import { openFresh } from './fresh-database';
import { someRun } from './samples';

const nextVersion: readonly Migration[] = [...migrations, () => undefined];

function freshName(): string {
  const name = `test-${createId()}`;
  onTestFinished(() => deleteDB(name));
  return name;
}

describe('two versions of the page', () => {
  test('the older tab lets go, hears why, and says so at every later call', async () => {
    const name = freshName();
    const reasons: string[] = [];
    const older = await openDatabase(name, { onClosed: (reason) => reasons.push(reason) });
    await addRun(older, someRun('run'));
    const newer = await openDatabase(name, { migrations: nextVersion });
    onTestFinished(() => newer.close());

    const reason = 'Another tab runs a newer version of Tagwerk; reload this tab to go on.';
    expect(reasons).toEqual([reason]);
    await expect(listCorpora(older)).rejects.toThrow(new DatabaseClosedError(reason));
    await expect(updateRun(older, 'run', { steps: 1 })).rejects.toThrow(
      new DatabaseClosedError(reason),
    );
    expect(await findRun(newer, 'run')).toMatchObject({ id: 'run', steps: 0 });
  });

  test('the newer one waits for what the older is writing', async () => {
    const name = freshName();
    const older = await openDatabase(name);
    const writings = Array.from({ length: 50 }, (_, index) =>
      addRun(older, someRun(`run ${index}`)),
    );
    const newer = await openDatabase(name, { migrations: nextVersion });
    onTestFinished(() => newer.close());
    await Promise.all(writings);
    expect(await listRuns(newer)).toHaveLength(50);
  });

  test('a page older than what is stored says so', async () => {
    const name = freshName();
    (await openDatabase(name, { migrations: nextVersion })).close();
    await expect(openDatabase(name)).rejects.toThrow(
      `What is stored here was written by a newer Tagwerk than this page (schema ${migrations.length}); reload this tab to get the newer page.`,
    );
  });

  test('a tab that never lets go is named after ten seconds', async () => {
    const name = freshName();
    const stubborn = await openDB(name, 1);
    onTestFinished(() => stubborn.close());
    await expect(openDatabase(name, { migrations: nextVersion })).rejects.toThrow(
      'Another tab holds an older version of Tagwerk open; close the other tabs, then reload this one.',
    );
  });

  test('migrations run from the version that is stored, in order', async () => {
    const name = freshName();
    const ran: number[] = [];
    const counted = [1, 2, 3].map((version) => () => void ran.push(version));
    (await openDatabase(name, { migrations: counted.slice(0, 1) })).close();
    (await openDatabase(name, { migrations: counted })).close();
    expect(ran).toEqual([1, 2, 3]);
  });
});

describe('a record', () => {
  test('changes field by field', async () => {
    const database = await openFresh();
    await addRun(database, someRun('run'));
    const losses = Float32Array.of(2, 1.5);
    const [, run] = await Promise.all([
      updateRun(database, 'run', { steps: 2, losses }),
      updateRun(database, 'run', { state: 'paused' }),
    ]);
    expect(run).toMatchObject({ steps: 2, losses, state: 'paused' });
    expect(await findRun(database, 'run')).toEqual(run);
  });

  test('is not added twice, nor changed once it is gone', async () => {
    const database = await openFresh();
    await addRun(database, someRun('run'));
    await expect(addRun(database, someRun('run'))).rejects.toThrow(/already exists/);
    await expect(updateRun(database, 'other', { steps: 1 })).rejects.toThrow(
      'This run is no longer stored here',
    );
    expect(await listRuns(database)).toHaveLength(1);
  });

  test('is named by twelve letters that do not repeat', () => {
    const ids = Array.from({ length: 10_000 }, createId);
    expect(new Set(ids).size).toBe(10_000);
    expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{12}$/.test(id))).toBe(true);
  });
});

test('writers of different stores wait for each other', async () => {
  const database = await openFresh();
  const order: string[] = [];
  const { writeTo } = await import('../../src/storage/transaction');
  const slow = writeTo(database, ['runs'], async (transaction) => {
    order.push('first begins');
    for (let index = 0; index < 20; index++) await transaction.objectStore('runs').count();
    order.push('first ends');
  });
  const fast = writeTo(database, ['models'], async (transaction) => {
    await transaction.objectStore('models').count();
    order.push('second ran');
  });
  await Promise.all([slow, fast]);
  expect(order).toEqual(['first begins', 'first ends', 'second ran']);
});
