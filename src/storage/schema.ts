import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type { Sentence, SplitName } from '../ner/sentence';
import type { PackedSplit } from '../tokenizer/pack/packed-split';
import type {
  AdapterRecord,
  CheckpointHeader,
  CorpusId,
  CorpusRecord,
  EncoderId,
  EncoderRecord,
  ModelId,
  ModelRecord,
  PackRecord,
  RunId,
  RunSummary,
} from './records';
import type { StoredRunDetails } from './runs/split-run';
import type { ShardList } from './shards/shard-list';

/** A corpus' record with the generation of its sentences: a corpus that is read anew is written beside the old text, then replaces it. */
export type StoredCorpus = CorpusRecord & { generation: number; textBytes: number };

type SentenceKey = [corpus: CorpusId, generation: number, split: SplitName, chunk: number];
export type PackKey = [corpus: CorpusId, encoder: EncoderId, maxPieces: number, split: SplitName];
export type CheckpointKey = [run: RunId, slot: 'latest' | 'best', generation: number];
export type ShardKey = [owner: string, generation: number, index: number];

/** Every store with its keys and values. A record names what it owns; what it owns does not name it. */
export interface TagwerkSchema extends DBSchema {
  corpora: { key: CorpusId; value: StoredCorpus };
  sentences: { key: SentenceKey; value: Sentence[] };
  packs: { key: PackKey; value: PackRecord };
  /** The arrays of a pack, apart from its summary, so that asking whether it exists reads nothing big. */
  packedSplits: { key: PackKey; value: PackedSplit };
  encoders: { key: EncoderId; value: EncoderRecord & ShardList };
  runs: { key: RunId; value: RunSummary };
  /** Losses, predictions and pinned sentences of a run, apart from its summary, so that a list of runs reads nothing big. */
  runDetails: { key: RunId; value: StoredRunDetails };
  checkpoints: { key: CheckpointKey; value: CheckpointHeader };
  models: { key: ModelId; value: ModelRecord & ShardList };
  shards: { key: ShardKey; value: ArrayBuffer };
  adapters: { key: string; value: AdapterRecord };
  /** An empty store in the scope of every writing transaction, so that they run one after another (see `writeTo`). */
  turnstile: { key: string; value: never };
}

export type StoreName = StoreNames<TagwerkSchema>;
export type Database = IDBPDatabase<TagwerkSchema>;
export type Transaction<
  Names extends readonly StoreName[] = readonly StoreName[],
  Mode extends IDBTransactionMode = 'readonly',
> = IDBPTransaction<TagwerkSchema, Names, Mode>;
