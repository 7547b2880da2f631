import type { Database } from './schema';
import { writeTo } from './transaction';

/** @throws an Error if the name is blank or nothing is stored under the id. */
export async function renameRecord(
  database: Database,
  store: 'corpora' | 'encoders' | 'runs' | 'models',
  id: string,
  name: string,
): Promise<void> {
  const trimmed = name.trim();
  if (!trimmed) throw new Error('A name needs at least one visible character.');
  await writeTo(database, [store], async (transaction) => {
    const records = transaction.objectStore(store);
    const record = await records.get(id);
    if (!record)
      throw new Error(
        `Nothing is stored under ${id} in ${store}; it was deleted, maybe in another tab.`,
      );
    await records.put({ ...record, name: trimmed });
  });
}
