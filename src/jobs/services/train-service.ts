import { SerialQueue } from '../../async/serial-queue';
import { measureMemory } from '../../engine/memory';
import { selectBackend, type BackendReport } from '../../engine/start-engine';
import {
  LOADING_LIMIT_MS,
  runStage,
  type OnStage,
  type StageOptions,
} from '../../engine/start-stage';
import type { MakeThread } from '../../engine/wasm/start/start-thread';
import { gpuBackend } from '../../engine/webgpu/device/gpu-backend';
import type { ReportProgress } from '../../protocol/progress';
import type {
  BackendWish,
  RunEstimate,
  RunEvent,
  RunRequest,
  TrainCalls,
} from '../../protocol/train-calls';
import { openDatabase } from '../../storage/database';
import type { ModelRecord, RunId, RunRecord } from '../../storage/records';
import { findRun } from '../../storage/runs/runs';
import type { Database } from '../../storage/schema';
import type { Precision } from '../../recipe/precision';
import { RunControl } from '../../train/run-control';
import { choosePrecision } from '../device/choose-precision';
import { chooseTiles } from '../device/choose-tiles';
import { whenNobodyTags } from '../device/core-sharing';
import { estimateRun, type MeasuredSpeeds } from '../run/estimate-run';
import { evaluateRun } from '../run/evaluate-run';
import { exportRun } from '../run/export-run';
import { resumeRun, startRun, type RunPlace } from '../run/train-run';

/** What `train.worker` answers: one job at a time on one TensorFlow.js backend. */
export class TrainService implements TrainCalls {
  readonly #database: Promise<Database> = openDatabase();
  readonly #speeds: MeasuredSpeeds = new Map();
  #backend: Promise<BackendReport> | undefined;
  /** That suits the backend. */
  #precision: Promise<Precision> | undefined;
  /** Present once the GPU has failed. */
  #restart: (() => Promise<BackendReport>) | undefined;
  #control: RunControl | undefined;
  #pinned: readonly string[] = [];
  #wish: BackendWish = { choice: 'auto' };
  readonly #queue = new SerialQueue();
  readonly #makeThread: MakeThread | undefined;

  /** @param makeThread makes a thread of the CPU engine; undefined makes workers of this one */
  constructor(makeThread?: MakeThread) {
    this.#makeThread = makeThread;
  }

  describeBackend(wish: BackendWish, onStage?: OnStage): Promise<BackendReport> {
    return (this.#backend ??= this.#startBackend(wish, onStage));
  }

  /** A GPU is also given its form of products: see `chooseTiles`. */
  async #startBackend(wish: BackendWish, onStage?: OnStage): Promise<BackendReport> {
    const { choice, threads } = wish;
    this.#wish = wish;
    const report = await selectBackend(choice, {
      ...(threads === undefined ? {} : { threads }),
      ...(onStage ? { onStage } : {}),
      makeThread: this.#makeThread,
      onFault: () => {
        this.#restart = () => (this.#backend = this.#startBackend(wish));
      },
    });
    this.#precision = undefined;
    if (report.backend === 'webgpu')
      await runStage('Choosing forms of products for the GPU', choosing(onStage), () =>
        chooseTiles(gpuBackend(), this.#database),
      );
    return report;
  }

  /** Opens the backend anew where it has failed since. */
  #soundBackend(): Promise<BackendReport> {
    const restart = this.#restart;
    this.#restart = undefined;
    return restart?.() ?? this.describeBackend({ choice: 'auto' });
  }

  /** As asked for; else what suits the GPU, found before its first run. */
  async #choosePrecision({ backend }: BackendReport): Promise<Precision> {
    const { precision, isEager } = this.#wish;
    if (backend !== 'webgpu' || isEager) return 'f32';
    if (precision) return precision;
    this.#precision ??= choosePrecision(gpuBackend(), await this.#database);
    return this.#precision;
  }

  estimateRun(request: RunRequest): Promise<RunEstimate> {
    return this.#enqueue((place) => estimateRun(place, request, this.#speeds));
  }

  startRun(request: RunRequest, onEvent: (event: RunEvent) => void): Promise<RunRecord> {
    return this.#enqueue((place) => startRun({ ...place, onEvent }, request));
  }

  resumeRun(runId: RunId, onEvent: (event: RunEvent) => void): Promise<RunRecord> {
    return this.#enqueue(async (place) =>
      resumeRun({ ...place, onEvent }, await requireRun(place.database, runId)),
    );
  }

  pin(texts: string[]): Promise<void> {
    this.#pinned = texts;
    return Promise.resolve();
  }

  keepCheckpoint(): Promise<void> {
    this.#control?.wantCheckpoint();
    return Promise.resolve();
  }

  pause(): Promise<void> {
    this.#control?.pause();
    return Promise.resolve();
  }

  resume(): Promise<void> {
    this.#control?.resume();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#control?.stop();
    return Promise.resolve();
  }

  evaluateRun(runId: RunId, report: ReportProgress): Promise<RunRecord> {
    return this.#enqueue(async (place) =>
      evaluateRun(place, await requireRun(place.database, runId), report),
    );
  }

  exportRun(runId: RunId, name: string, report: ReportProgress): Promise<ModelRecord> {
    return this.#enqueue(async (place) =>
      exportRun(place, await requireRun(place.database, runId), name, report),
    );
  }

  /** Jobs share the backend's memory, so they wait for each other; each has a control of its own. */
  #enqueue<Result>(job: (place: RunPlace) => Promise<Result>): Promise<Result> {
    return this.#queue.run(async () => {
      const backend = await this.#soundBackend();
      const control = new RunControl(whenNobodyTags);
      this.#control = control;
      return job({
        database: await this.#database,
        backend,
        restartBackend: () => this.#soundBackend(),
        isEager: this.#wish.isEager ?? false,
        choosePrecision: () => this.#choosePrecision(backend),
        ...(this.#wish.memoryBytes === undefined ? {} : { memoryBytes: this.#wish.memoryBytes }),
        measureMemory: () => measureMemory().bytes,
        control,
        onEvent: () => undefined,
        pinned: () => this.#pinned,
      });
    });
  }
}

/** Takes half a second on a GPU; the compiler of a software adapter on a busy machine may need many. */
const choosing = (onStage: OnStage | undefined): StageOptions => ({
  onStage,
  limitMs: LOADING_LIMIT_MS,
  wayOut: 'open the page with ?backend=wasm to train on the processor',
});

async function requireRun(database: Database, id: RunId): Promise<RunRecord> {
  const run = await findRun(database, id);
  if (!run)
    throw new Error('This run is no longer stored here; it was deleted, maybe in another tab.');
  return run;
}
