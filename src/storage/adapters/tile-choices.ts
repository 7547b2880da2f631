import type { TileChoiceRecord } from '../records';
import type { Database } from '../schema';
import { readFrom, writeTo } from '../transaction';

/** Remembers what was measured on an adapter, in place of what was. */
export async function saveTileChoice(database: Database, record: TileChoiceRecord): Promise<void> {
  await writeTo(database, ['tileChoices'], (transaction) =>
    transaction.objectStore('tileChoices').put(record),
  );
}

export function findTileChoice(
  database: Database,
  adapter: string,
): Promise<TileChoiceRecord | undefined> {
  return readFrom(database, ['tileChoices'], (transaction) =>
    transaction.objectStore('tileChoices').get(adapter),
  );
}
