import type { AdapterRecord } from './records';
import type { Database } from './schema';
import { readFrom, writeTo } from './transaction';

/** Finds what is known of a GPU; undefined where nothing is. */
export function findAdapterRecord(
  database: Database,
  adapter: string,
): Promise<AdapterRecord | undefined> {
  return readFrom(database, ['adapters'], (transaction) =>
    transaction.objectStore('adapters').get(adapter),
  );
}

/** Remembers something of a GPU and leaves the rest of its record as it is; a field that is given as undefined is forgotten. */
export async function updateAdapterRecord(
  database: Database,
  adapter: string,
  changes: Omit<AdapterRecord, 'adapter'>,
): Promise<void> {
  await writeTo(database, ['adapters'], async (transaction) => {
    const adapters = transaction.objectStore('adapters');
    await adapters.put({ ...(await adapters.get(adapter)), ...changes, adapter });
  });
}
