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
import type { Precision } from '../train/step/gpu-trainer';
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

/** What a run may take of a backend's memory, and where that is known from. */
export interface MemoryBudget {
  bytes: number;
  /**
   * `heap`: what a tab's WebAssembly heap holds; `phone`: what a phone gives a tab. Of a GPU: `stated` by the person; `ran-out`: more was once
   * tried in vain; `assumed`, because a browser does not tell.
   */
  from: 'heap' | 'phone' | 'stated' | 'ran-out' | 'assumed';
}

/** What a run will cost here. */
export interface RunEstimate {
  /** From a short measurement; absent where the run does not fit into memory, for then nothing is measured. */
  time?: TimeEstimate;
  /** At the peak. */
  memoryBytes: number;
  /** Weights, gradients and moments alone. */
  modelBytes: number;
  memoryBudget: MemoryBudget;
  storageBytes: number;
  storageFreeBytes: number;
}

export type RunEvent =
  | TrainEvent
  | { kind: 'stage'; stage: string }
  /** Goes on after this step: what was seen of later ones is void. */
  | { kind: 'resumed'; step: number; epochsDone: number }
  /** The pinned sentences, tagged right after an evaluation. */
  | { kind: 'pinned'; epoch: number; sentences: PinnedSentence[] }
  | { kind: 'checkpoint'; step: number; bytes: number }
  /** The disk was too full: training goes on, and an earlier checkpoint stays. */
  | { kind: 'checkpoint-failed'; step: number; reason: string }
  /** The GPU failed; the run goes on. A sentence for the person. */
  | { kind: 'gpu-fault'; message: string }
  /** The most the backend has held so far. */
  | { kind: 'memory'; bytes: number };

/** What is asked of the backend. */
export interface BackendRequest {
  choice: BackendChoice;
  /** Of the CPU engine; by default one a core. */
  threads?: number;
  /** That a run may take on a GPU: a browser does not tell how much one has. */
  memoryBytes?: number;
  /** Of a GPU's steps; by default half precision where the GPU is sound and no slower in it. */
  precision?: Precision;
}

/** Calls of `train.worker`; one run at a time. */
export interface TrainCalls {
  /**
   * Starts the backend; a second call is told of the first one's.
   *
   * @param onStage hears what the start is at, each stage as it begins
   * @throws where it cannot run here, or a stage took too long.
   */
  startBackend(wish: BackendRequest, onStage?: (stage: string) => void): Promise<BackendReport>;
  estimateRun(request: RunRequest): Promise<RunEstimate>;
  /**
   * Trains until the end, `stop`, or an error; the record holds the outcome.
   *
   * @throws where another tab trains.
   */
  startRun(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  /** Goes on from the last checkpoint of a run. */
  resumeRun(runId: RunId, onEvent: (event: RunEvent) => void): Promise<RunRecord>;
  /** Sentences to tag after every evaluation, of the run that goes on and of later ones. */
  pin(texts: string[]): Promise<void>;
  /** Keeps a checkpoint as soon as the micro-batch in hand is done: the page is about to be hidden or closed. */
  keepCheckpoint(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends the run after the step in hand and keeps the best epoch; ends scoring and making a file with an AbortError. */
  stop(): Promise<void>;
  /** Scores the run's best epoch on test and notes it in the run. */
  evaluateRun(runId: RunId, report: ReportProgress): Promise<RunRecord>;
  /** Writes ONNX of the best epoch, holds it against the trained model, and only then stores it. */
  exportRun(runId: RunId, name: string, report: ReportProgress): Promise<ModelRecord>;
}
