import type { PackedSplit } from '../tokenizer/pack/packed-split';
import { readPack, type PackName } from './corpora/packs';
import type { RecordStore } from './record-stores';
import type { Database, TagwerkSchema } from './schema';
import { readFrom } from './transaction';

type StoredRecord<Store extends RecordStore> = TagwerkSchema[Store]['value'];

/** Sentences for a record that is gone, by its store, each with the way out. A record may be deleted in another tab at any time. */
const GONE: Readonly<Record<RecordStore, string>> = {
  corpora: 'This corpus is no longer stored here; drop its files again.',
  encoders: 'This encoder is no longer stored here; fetch it or drop its folder again.',
  runs: 'This run is no longer stored here; it was deleted, maybe in another tab.',
  models: 'This model is no longer stored here; drop its file again.',
};

/**
 * Reads a record that must be there.
 *
 * @throws an Error that says what is gone and what to do; another tab may have deleted it.
 * @example
 * const corpus = await requireRecord(database, 'corpora', run.corpusId);
 * // → { id: '7q3…', name: 'letters', labels: ['PER', 'LOC'], … }, or
 * // Error: This corpus is no longer stored here; drop its files again.
 */
export async function requireRecord<Store extends RecordStore>(
  database: Database,
  store: Store,
  id: string,
): Promise<StoredRecord<Store>> {
  const record = await readFrom(database, [store], (transaction) =>
    transaction.objectStore(store).get(id),
  );
  return requireFound(store, record as StoredRecord<Store> | undefined);
}

/** Returns the record that a transaction found in a store. @throws where it found none, as `requireRecord` does. */
export function requireFound<Store extends RecordStore, Found>(
  store: Store,
  found: Found | undefined,
): Found {
  if (found === undefined) throw new Error(GONE[store]);
  return found;
}

/** Reads a tokenized split that must be there. @throws an Error where the corpus is not tokenized for this encoder and this length. */
export async function requirePack(database: Database, name: PackName): Promise<PackedSplit> {
  const packed = await readPack(database, name);
  if (packed) return packed;
  throw new Error(
    `The ${name.split} split is not tokenized for this encoder and a window of ${name.maxPieces} pieces; start again from the corpus.`,
  );
}
