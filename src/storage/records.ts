import type { SourceFormat } from '../data/format/source-format';
import type { ChosenFormat, DetectedFormat } from '../data/format/detected-format';
import type { Finding } from '../data/findings/finding';
import type { CorpusFix } from '../data/fixes/fix-rule';
import type { FindingLines } from '../data/findings/finding-ledger';
import type { PassedOver } from '../data/findings/passed-over';
import type { SplitStatistics } from '../data/statistics/corpus-statistics';
import type { ReportGroup } from '../data/findings/validation-report';
import type { TileChoice } from '../engine/webgpu/device/tile-choice';
import type { ModelCard } from '../export/model-card';
import type { BertConfig } from '../model/bert-config';
import type { TextEntity } from '../ner/entity-span';
import type { ScoreReport } from '../ner/scores';
import type { SplitName } from '../ner/sentence';
import type { TokenizerKindName } from '../tokenizer/tokenizer-kinds';
import type { CutSentence } from '../tokenizer/pack/pack-split';
import type { HalfCheck } from '../train/pace/check-half';
import type { Precision } from '../recipe/precision';
import type { TrainRecipe } from '../recipe/recipe';
import type { DevPredictions } from '../train/train-event';
import type { StoredTokenizer } from './packed-tokenizer';
import type { ShardList } from './shards/shard-list';

export type CorpusId = string;
export type EncoderId = string;
export type RunId = string;
export type ModelId = string;

/** One file of a corpus. Its original bytes are kept, so that it can be read again in another format (`openFiles`). */
export interface CorpusFile {
  /** The file's path as it was dropped, unique in its corpus: `harbour/train/data.conll`. */
  name: string;
  split: SplitName;
  bytes: number;
  /** Original bytes, in the shard store; a Blob where an earlier build stored them and `moveBlobs` has not moved them yet. */
  source: ShardList | Blob;
  detected: DetectedFormat;
  /** Format that it was read with: the detected one, changed as the person chose. */
  format: SourceFormat;
  /** Parts that the person decided; absent in corpora that were read before this was kept. */
  choice?: ChosenFormat;
  sentences: number;
  documents: number;
  /** Words in its sentences; absent, as is `entities`, where a corpus was read before this was kept. */
  words?: number;
  /** Entities by type. */
  entities?: Record<string, number>;
  errors: number;
  warnings: number;
  /** Number of findings of level note; absent in corpora that were read before there were notes. */
  notes?: number;
  /** The first findings of each kind, at most 200 a file; `errors`, `warnings` and `notes` count all. */
  findings: Finding[];
  /** Line of every finding; absent, as is `leftOutLines`, where a corpus was read before this was kept. */
  findingLines?: FindingLines;
  /** Lines of rows that are in no sentence, ascending. */
  leftOutLines?: Uint32Array;
}

/** Consecutive sentences of a split that come from one file. */
export interface SourceRun {
  /** Index of the file in its corpus. */
  file: number;
  sentences: number;
}

/** A corpus. Its record is written after its sentences, so a record means a whole corpus. */
export interface CorpusRecord {
  id: CorpusId;
  name: string;
  createdAt: number;
  files: CorpusFile[];
  /** Entity types in order of frequency in train. */
  labels: string[];
  statistics: Partial<Record<SplitName, SplitStatistics>>;
  /** Files that the sentences of each split come from, in order; absent where a corpus was read before this was kept. */
  sources?: Partial<Record<SplitName, SourceRun[]>>;
  /** Explanation for the person of how the files became splits. */
  splitExplanation: string;
  /** Seed by which the splits were drawn; absent where file names gave them. */
  splitSeed?: number;
  /** Findings in groups, each with the fixes it allows; absent in corpora that were read before there was a report. */
  report?: ReportGroup[];
  /** Fixes that the person made, in order; they are applied when the files are read, and the files stay as they are. */
  fixes?: CorpusFix[];
  /** Files that were dropped with these and are not part of the corpus; absent where there were none. */
  passedOver?: PassedOver[];
  /** Whether the person chose to leave out the rows with errors. */
  errorsDropped: boolean;
  /** SHA-256 over all words and tags, in order, hexadecimal. */
  hash: string;
}

/** A word-embedding table in shards of its own (`WordShards`), of which those are stored that a corpus needed. */
export interface StoredWordShards {
  /** Names of all shards, in order. */
  names: string[];
  /** Bytes in the shard store of each shard that is here, by its name. */
  stored: Record<string, ShardList>;
  /** Address of the folder that the others are fetched from; absent where a person dropped the folder. */
  source?: string;
}

/** An encoder. Its record is written after its bytes in the shard store, so a record means a whole encoder. */
export interface EncoderRecord {
  id: EncoderId;
  name: string;
  createdAt: number;
  config: BertConfig;
  lowercase: boolean;
  /** Kind of the tokenizer; absent, it is WordPiece. */
  tokenizerKind?: TokenizerKindName;
  /** Number of pieces that were added to the tokenizer after training; absent where there are none. */
  addedPieceCount?: number;
  /** Tokenizer in the shard store (`readStoredTokenizer`), apart from the record, so that a list of encoders reads nothing big. */
  tokenizer: ShardList;
  /** Shards of its word-embedding table; absent where the weights' file has the table whole. */
  wordShards?: StoredWordShards;
  /** Parts of the weights' file that do not belong to the encoder, such as `classifier`; absent where there were none. */
  leftOut?: string[];
  /** Sentences about what is doubtful in the tokenizer's files and how it is read; absent where there are none. */
  doubts?: string[];
  licence?: string;
  /** Bytes of its safetensors file; see `encoderBytes` for all of it. */
  bytes: number;
  /** Name under which it came with the page, or false; true, or absent with a name that tells, in builds that had one such encoder. */
  bundled?: string | boolean;
  /** SHA-256 over all that decides what it computes (`hashEncoder`), hexadecimal. */
  hash: string;
  /** True where a person deleted it: no list has it, but the checkpoints of runs need its weights (`retired-encoders.ts`). */
  retired?: true;
}

/** An encoder without its weights: all of it that a run's own weights need to become a file. */
export type KeptEncoder = Pick<EncoderRecord, 'name' | 'licence' | 'config'> & StoredTokenizer;

/** A split that was tokenized for an encoder and a maximum length: counts, without the arrays. */
export interface PackRecord {
  corpusId: CorpusId;
  encoderId: EncoderId;
  maxPieces: number;
  split: SplitName;
  sentences: number;
  pieces: number;
  wordsBeyondWindow: number;
  entitiesBeyondWindow: number;
  /** First sentences that lose words to the maximum length; absent in packs from before they were named. */
  cutSentences?: CutSentence[];
  /** Bytes of all its arrays. */
  bytes: number;
}

export interface EpochRecord {
  epoch: number;
  step: number;
  loss: number;
  report: ScoreReport;
}

/** A sentence that a person chose to watch, and the entities that the model in training found in it. */
export interface PinnedSentence {
  text: string;
  entities: TextEntity[];
  /** Reason for which it could not be tagged; absent where it was. */
  unreadable?: string;
}

/** The parts of a run that grow with its steps, with dev and with what was pinned: only the page of one run reads them. */
export interface RunDetails {
  /** Loss of every step so far: f32[step]. */
  losses: Float32Array;
  /** Predictions on dev of the best epoch; absent in runs made before they were kept. */
  bestPredictions?: DevPredictions;
  /** Pinned sentences as tagged after each evaluation; absent where none were pinned. */
  pinned?: { epoch: number; sentences: PinnedSentence[] }[];
  /** Encoder of the run without its weights, kept when it was deleted; absent while it is here. */
  keptEncoder?: KeptEncoder;
}

/** A run as a list of runs shows it. */
export type RunSummary = Omit<RunRecord, keyof RunDetails> & {
  /** Steps whose loss is kept: the length of `losses`. */
  stepsTaken: number;
};

/** A run whole. */
export interface RunRecord extends RunDetails {
  id: RunId;
  name: string;
  createdAt: number;
  corpusId: CorpusId;
  encoderId: EncoderId;
  /** Hash of the corpus that it trained on, by which the same files are known when they are dropped again; absent in runs of earlier builds. */
  corpusHash?: string;
  /** Hash of its encoder; absent as `corpusHash` is. */
  encoderHash?: string;
  /** Name of its corpus, kept when that was deleted; absent while it is here. */
  corpusName?: string;
  /** Name of its encoder, kept when that was deleted; absent while it is here. */
  encoderName?: string;
  recipe: TrainRecipe;
  labels: string[];
  backend: string;
  /** Precision of its steps on a GPU; f32 where it is absent. */
  precision?: Precision;
  /**
   * State of the training. `running` also stands in the record of a run whose tab was closed; `unsaved`: training has ended, but the weights
   * of its best epoch are not stored (`unstored`).
   */
  state: 'running' | 'paused' | 'finished' | 'stopped' | 'failed' | 'unsaved';
  /** Best epoch of an unsaved run, whose weights lie in the memory of the tab that trained it, and the bytes that they need. */
  unstored?: { epoch: number; bytes: number };
  /** Reason for which a failed run failed. */
  failure?: string;
  steps: number;
  epochs: EpochRecord[];
  /** Epoch whose weights are stored as the best: the highest dev entity F1, among equals the lowest dev loss. -1 before the first. */
  bestEpoch: number;
  test?: ScoreReport;
  /** Milliseconds of training, pauses left out. */
  elapsedMs: number;
  piecesPerSecond: number;
  /** Most bytes that the backend held at the end of a step. */
  peakMemoryBytes: number;
}

/** A checkpoint without its data. It is written last, after the shards were read back, so a header means a whole checkpoint. */
export interface CheckpointHeader {
  /** Run and slot: training resumes from `latest`; `best` is shown and exported. */
  key: { runId: RunId; slot: 'latest' | 'best' };
  generation: number;
  epoch: number;
  step: number;
  devEntityF1: number; // 0–1, conlleval
  bytes: number;
  /** True where it holds what training changed, and the encoder's own weights the rest; absent where it is whole. */
  needsEncoder?: true;
  shardHashes: string[]; // SHA-256, hexadecimal
}

/** An ONNX file, ready to use and to share: made here and compared with the trained model, or dropped and checked against its checksums. */
export interface ModelRecord {
  id: ModelId;
  name: string;
  createdAt: number;
  /** Run that it was exported from; absent where a file was dropped. */
  runId?: RunId;
  bytes: number;
  labels: string[];
  card: ModelCard;
  /** Whether its file has checksums; absent in a file from before they were written. */
  hasChecksums?: true;
  /** Largest difference of a logit from the trained model's, at export; absent where a file was dropped. */
  largestLogitDifference?: number;
}

/** Measurements of one GPU, and the limits that runs have met on it. */
export interface AdapterRecord {
  /** Name of the GPU: `GpuBackend.adapter`. */
  adapter: string;
  /** Fastest forms of products there; `version` is `TILE_VERSION` when they were measured. */
  tiles?: { choice: TileChoice; version: number } | undefined;
  /** Half precision as it was examined; absent before a run was begun there, and where the adapter has none. */
  precision?: PrecisionRecord | undefined;
  /** Number of examinations of half precision that were begun; absent once one has ended. */
  examinations?: number | undefined;
  /** Bytes that a run may take there, less than those it once had no room for; absent where memory never ran out. */
  memoryBytes?: number | undefined;
}

/** Outcome of an examination of half precision on an adapter. */
export interface PrecisionRecord extends HalfCheck {
  choice: Precision;
  /** Time of products in f32 over that in half precision. */
  speedup: number;
  /** Version of the examination: what an older one found no longer holds. */
  version: number;
}
