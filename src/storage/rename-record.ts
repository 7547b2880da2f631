import { FILE_LIMITS } from '../ner/file-limits';
import type { RecordStore } from './record-stores';
import { requireFound } from './require';
import type { Database } from './schema';
import { writeTo } from './transaction';

/** Gives a record another name. @throws an Error if the name is blank or too long, or the record is gone. */
export async function renameRecord(
  database: Database,
  store: RecordStore,
  id: string,
  name: string,
): Promise<void> {
  const trimmed = name.trim();
  if (!trimmed) throw new Error('A name needs at least one visible character.');
  if (trimmed.length > FILE_LIMITS.nameCharacters) {
    throw new Error(
      `A name has at most ${FILE_LIMITS.nameCharacters} characters, and this has ${trimmed.length}; choose a shorter one.`,
    );
  }
  await writeTo(database, [store], async (transaction) => {
    const records = transaction.objectStore(store);
    const record = requireFound(store, await records.get(id));
    await records.put({ ...record, name: trimmed });
  });
}
