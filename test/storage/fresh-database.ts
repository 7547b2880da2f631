import { deleteDB } from 'idb';
import { onTestFinished } from 'vitest';
import { openDatabase } from '../../src/storage/database';
import { createId } from '../../src/storage/ids';
import type { Database } from '../../src/storage/schema';

/** A database of its own for one test, deleted after it. */
export async function openFresh(): Promise<Database> {
  const database = await openDatabase(`test-${createId()}`);
  onTestFinished(async () => {
    database.close();
    await deleteDB(database.name);
  });
  return database;
}
