import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Sentence, SplitName } from '../ner/sentence';
import type { PackedSplit } from '../tokenizer/pack/packed-split';
import type {
  CheckpointHeader,
  CorpusId,
  CorpusRecord,
  EncoderId,
  EncoderRecord,
  GpuMemoryRecord,
  ModelId,
  ModelRecord,
  PackRecord,
  RunId,
  RunRecord,
  TileChoiceRecord,
} from './records';
import type { ShardList } from './shards/shard-list';

/** A re-read corpus is written beside the old text and replaces it in one transaction: hence the generation. */
export type StoredCorpus = CorpusRecord & { generation: number; textBytes: number };

export type SentenceKey = [corpus: CorpusId, generation: number, split: SplitName, chunk: number];
export type PackKey = [corpus: CorpusId, encoder: EncoderId, maxPieces: number, split: SplitName];
export type CheckpointKey = [run: RunId, slot: 'latest' | 'best', generation: number];
export type ShardKey = [owner: string, generation: number, index: number];

/** Every store with its keys and values. Records name what they own; nothing points upwards. */
export interface TagwerkSchema extends DBSchema {
  corpora: { key: CorpusId; value: StoredCorpus };
  sentences: { key: SentenceKey; value: Sentence[] };
  packs: { key: PackKey; value: PackRecord };
  /** The arrays of a pack, apart from its summary, so that asking whether it exists reads nothing big. */
  packedSplits: { key: PackKey; value: PackedSplit };
  encoders: { key: EncoderId; value: EncoderRecord & ShardList };
  runs: { key: RunId; value: RunRecord };
  checkpoints: { key: CheckpointKey; value: CheckpointHeader };
  models: { key: ModelId; value: ModelRecord & ShardList };
  shards: { key: ShardKey; value: ArrayBuffer };
  tileChoices: { key: string; value: TileChoiceRecord };
  gpuMemory: { key: string; value: GpuMemoryRecord };
  /** Always empty; in the scope of every writing transaction, so that they go through one by one (see `writeTo`). */
  turnstile: { key: string; value: never };
}

export type StoreName = StoreNames<TagwerkSchema>;
export type Database = IDBPDatabase<TagwerkSchema>;
export type Transaction<
  Names extends readonly StoreName[] = readonly StoreName[],
  Mode extends IDBTransactionMode = 'readonly',
> = IDBPTransaction<TagwerkSchema, Names, Mode>;

/** Takes the database from the version before to its own; runs inside the upgrade transaction, so it may only await IndexedDB. */
export type Migration = (
  database: Database,
  transaction: IDBPTransaction<TagwerkSchema, StoreName[], 'versionchange'>,
) => void;

/** `migrations[v]` leads from version v to v + 1. Released entries never change; a new version is a new entry at the end. */
export const migrations: readonly Migration[] = [
  (database) => {
    for (const store of ['corpora', 'encoders', 'runs', 'models'] as const) {
      database.createObjectStore(store, { keyPath: 'id' });
    }
    database.createObjectStore('checkpoints', { keyPath: ['key.runId', 'key.slot', 'generation'] });
    database.createObjectStore('packs', {
      keyPath: ['corpusId', 'encoderId', 'maxPieces', 'split'],
    });
    for (const store of ['sentences', 'packedSplits', 'shards', 'turnstile'] as const) {
      database.createObjectStore(store);
    }
  },
  (database) => {
    database.createObjectStore('tileChoices', { keyPath: 'adapter' });
  },
  (database) => {
    database.createObjectStore('gpuMemory', { keyPath: 'adapter' });
  },
  // Files of corpora lie in `shards`. An upgrade cannot wait for Blobs, so `moveBlobs` moves them once the database is open;
  // the version alone keeps older pages from records that they cannot read.
  () => undefined,
];
