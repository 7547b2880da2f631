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
  /** Bytes of storage that the run's checkpoints take at most. */
  storageBytes: number;
  /** Bytes of one checkpoint and the best epoch, for which room is taken before the first step. */
  roomBytes: number;
  /** Bytes that the browser claims to be free, which the disk may not have; Infinity where it does not say. */
  storageFreeBytes: number;
}

/** Options of a run that begins or goes on. */
export interface RunStart {
  /** True where the person lets it train although no room was found for a checkpoint (`NoRoomError`). */
  withoutRoom?: boolean;
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
  /** Room for one checkpoint and the best epoch was taken on the disk, so much of it; it is held until a checkpoint needs it. */
  | { kind: 'room'; bytes: number }
  /** The run trains without room for a checkpoint, as the person wanted; the reason is for the person. */
  | { kind: 'no-room'; reason: string }
  | { kind: 'checkpoint'; step: number; bytes: number }
  /** A checkpoint could not be stored: training goes on. The run would resume from the step `resumesAt`; 0 is its beginning. */
  | { kind: 'checkpoint-failed'; step: number; reason: string; resumesAt: number }
  /** The weights of the best epoch so far are stored. */
  | { kind: 'best-stored'; epoch: number }
  /** They could not be stored, and lie in memory until they are. */
  | { kind: 'best-held'; epoch: number; reason: string }
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
   * Trains until the end, `stop`, or an error; the record holds the outcome. Where its state is `unsaved`, the worker holds the best weights:
   * `storeUnsaved` stores them, `exportFile` makes a file of them.
   *
   * @throws where another tab trains; a NoRoomError, by its name, where the disk has no room for a checkpoint.
   */
  startRun(
    request: RunRequest,
    onEvent: (event: RunEvent) => void,
    start?: RunStart,
  ): Promise<RunRecord>;
  /** Continues a run from its last checkpoint. @throws as `startRun` does. */
  resumeRun(runId: RunId, onEvent: (event: RunEvent) => void, start?: RunStart): Promise<RunRecord>;
  /**
   * Stores the weights of an unsaved run, which is then as it would have ended; `replacing` deletes its stored epoch before, for their room.
   *
   * @throws where there is still no room, or this worker does not hold them.
   */
  storeUnsaved(runId: RunId, how?: { replacing?: boolean }): Promise<RunRecord>;
  /** Forgets the weights of an unsaved run. */
  forgetUnsaved(runId: RunId): Promise<void>;
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
  /** Writes and verifies the file of a run's best epoch, stored or held, without storing it. */
  exportFile(runId: RunId, name: string, report: ReportProgress): Promise<Blob>;
}
