import type { BackendChoice, BackendReport } from '../engine/start-engine';
import type {
  CorpusId,
  EncoderId,
  ModelRecord,
  PinnedSentence,
  RunId,
  RunRecord,
} from '../storage/records';
import type { TimeEstimate } from '../train/pace/estimate';
import type { Precision } from '../recipe/precision';
import type { TrainEvent } from '../train/train-event';
import type { TrainRecipe } from '../recipe/recipe';
import type { ReportProgress } from './progress';

export type { BackendChoice, BackendReport };

export interface RunRequest {
  name: string;
  corpusId: CorpusId;
  encoderId: EncoderId;
  recipe: TrainRecipe;
}

/** The memory of a backend that a run may take, and how that is known. */
export interface MemoryBudget {
  bytes: number;
  /**
   * Source of the figure. `heap`: what a tab's WebAssembly heap holds; `phone`: what a phone gives a tab. For a GPU: `stated` by the person;
   * `ran-out`: more was once tried in vain; `assumed`, because WebGPU does not report it.
   */
  from: 'heap' | 'phone' | 'stated' | 'ran-out' | 'assumed';
}

/** An estimate of the time, memory and storage that a run takes on this computer. */
export interface RunEstimate {
  /** Time from a short measurement; absent where the run does not fit into memory, for then nothing is measured. */
  time?: TimeEstimate;
  /** Bytes of the backend's memory at the peak. */
  memoryBytes: number;
  /** Bytes of weights, gradients and moments alone. */
  modelBytes: number;
  memoryBudget: MemoryBudget;
  storageBytes: number;
  storageFreeBytes: number;
}

export type RunEvent =
  | TrainEvent
  | { kind: 'stage'; stage: string }
  /** A new run is about to be stored under this id. */
  | { kind: 'begun'; runId: RunId }
  /** The run continues after this step; events of later steps no longer hold. */
  | { kind: 'resumed'; step: number; epochsDone: number }
  /** The pinned sentences, tagged right after an evaluation. */
  | { kind: 'pinned'; epoch: number; sentences: PinnedSentence[] }
  | { kind: 'checkpoint'; step: number; bytes: number }
  /** The disk was too full: training goes on, and an earlier checkpoint stays. */
  | { kind: 'checkpoint-failed'; step: number; reason: string }
  /** The GPU failed, and the run will continue; the message is for the person. */
  | { kind: 'gpu-fault'; message: string }
  /** The most the backend has held so far. */
  | { kind: 'memory'; bytes: number };

/** A request for a backend, and how runs shall use it. */
export interface BackendRequest {
  choice: BackendChoice;
  /** Threads of the CPU engine; by default one for each core. */
  threads?: number;
  /** Bytes of a GPU's memory that a run may take; WebGPU does not report how much a GPU has. */
  memoryBytes?: number;
  /** Precision of a GPU's steps; by default half precision where that is sound on this GPU and no slower. */
  precision?: Precision;
}

/** Calls of `train.worker`; one run at a time. */
export interface TrainCalls {
  /**
   * Starts the backend. A second call resolves to the report of the first.
   *
   * @param onStage hears the name of each stage of the start as it begins
   * @throws where it cannot run here, or a stage took too long.
   */
  startBackend(wish: BackendRequest, onStage?: (stage: string) => void): Promise<BackendReport>;
  /** Estimates what a run takes on this computer. */
  estimateRun(request: RunRequest): Promise<RunEstimate>;
  /**
   * Trains until the end, `stop`, or an error; the record holds the outcome.
   *
   * @throws where another tab trains.
   */
  startRun(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  /** Continues a run from its last checkpoint. */
  resumeRun(runId: RunId, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  /** Sets the sentences to tag after every evaluation, in the run in hand and in later ones. */
  pin(texts: string[]): Promise<void>;
  /** Keeps a checkpoint as soon as the micro-batch in hand is done: the page is about to be hidden or closed. */
  keepCheckpoint(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run after the step in hand and keeps the best epoch; ends scoring and making a file with an AbortError. */
  stop(): Promise<void>;
  /** Scores the run's best epoch on test and notes it in the run. */
  evaluateRun(runId: RunId, report: ReportProgress): Promise<RunRecord>;
  /** Writes the best epoch as an ONNX file, compares its logits with the trained model's, and only then stores it. */
  exportRun(runId: RunId, name: string, report: ReportProgress): Promise<ModelRecord>;
}
