import type { SplitName } from '../../ner/sentence';
import type { PackedSplit } from '../../tokenizer/pack/packed-split';
import type { CorpusId, EncoderId, PackRecord } from '../records';
import type { Database, PackKey } from '../schema';
import { readFrom, writeTo } from '../transaction';

/** Key of a pack: the corpus, the encoder whose tokenizer cuts it, the length that sentences are cut to, and the split. */
export interface PackName {
  corpusId: CorpusId;
  encoderId: EncoderId;
  maxPieces: number;
  split: SplitName;
}

/**
 * Stores a tokenized split; one of the same name is replaced.
 *
 * @throws StorageFullError, or an Error if the corpus was deleted or read anew since (its `hash` differs).
 */
export async function savePack(
  database: Database,
  pack: Omit<PackRecord, 'bytes'>,
  packed: PackedSplit,
  corpusHash: string,
): Promise<void> {
  const arrays = Object.values(packed).filter((value) => ArrayBuffer.isView(value));
  const bytes = arrays.reduce((sum, array) => sum + array.byteLength, 0);
  await writeTo(
    database,
    ['corpora', 'packs', 'packedSplits'],
    async (transaction) => {
      const corpus = await transaction.objectStore('corpora').get(pack.corpusId);
      if (corpus?.hash !== corpusHash) {
        throw new Error('The corpus was deleted or read anew while it was tokenized; start again.');
      }
      await transaction.objectStore('packs').put({ ...pack, bytes });
      await transaction.objectStore('packedSplits').put(packed, keyOf(pack));
    },
    { what: 'The tokenized corpus', bytes },
  );
}

/** Finds the summary of a pack, without reading its arrays. */
export function findPack(database: Database, name: PackName): Promise<PackRecord | undefined> {
  return readFrom(database, ['packs'], (transaction) =>
    transaction.objectStore('packs').get(keyOf(name)),
  );
}

/** Lists the summaries of all packs of a corpus. */
export function listPacks(database: Database, corpusId: CorpusId): Promise<PackRecord[]> {
  return readFrom(database, ['packs'], (transaction) =>
    transaction.objectStore('packs').getAll(IDBKeyRange.bound([corpusId], [corpusId, []])),
  );
}

/** Reads a tokenized split; undefined where it has not been made. */
export function readPack(database: Database, name: PackName): Promise<PackedSplit | undefined> {
  return readFrom(database, ['packedSplits'], (transaction) =>
    transaction.objectStore('packedSplits').get(keyOf(name)),
  );
}

function keyOf({ corpusId, encoderId, maxPieces, split }: PackName): PackKey {
  return [corpusId, encoderId, maxPieces, split];
}
