import { SerialQueue } from '../../async/serial-queue';
import { currentEngine } from '../../engine/engine';
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
  BackendRequest,
  RunEstimate,
  RunEvent,
  RunRequest,
  RunStart,
  TrainCalls,
} from '../../protocol/train-calls';
import type { ModelRecord, RunId, RunRecord } from '../../storage/records';
import { requireRun } from '../../storage/runs/runs';
import type { Database } from '../../storage/schema';
import type { Precision } from '../../recipe/precision';
import { RunControl } from '../../train/run-control';
import { choosePrecision } from '../device/choose-precision';
import { chooseTiles } from '../device/choose-tiles';
import { whenNobodyTags } from '../device/core-sharing';
import type { TrainingDevice } from '../device/training-device';
import { estimateRun, type MeasuredSpeeds } from '../run/estimate-run';
import { evaluateRun } from '../run/evaluate-run';
import { storeUnsaved } from '../run/end-training';
import { exportFile, exportRun } from '../run/export-run';
import type { RunContext, TrainContext } from '../run/run-context';
import { resumeRun, startRun } from '../run/train-run';
import type { UnsavedRun } from '../run/unsaved-run';

/** Answers the calls of `train.worker`: one job at a time on one TensorFlow.js backend. */
export class TrainService implements TrainCalls {
  readonly #database: Promise<Database>;
  readonly #makeThread: MakeThread | undefined;
  readonly #speeds: MeasuredSpeeds = new Map();
  #request: BackendRequest = { choice: 'auto' };
  #backend: Promise<BackendReport> | undefined;
  /** Precision that suits the backend in use, once it was chosen. */
  #precision: Promise<Precision> | undefined;
  /** Opens the backend anew; undefined unless the GPU has failed. */
  #restart: (() => Promise<BackendReport>) | undefined;
  /** Control of the job in hand, or of the last one. */
  #control: RunControl | undefined;
  #pinned: readonly string[] = [];
  readonly #unsaved = new Map<RunId, UnsavedRun>();
  readonly #queue = new SerialQueue();

  /**
   * @param database being opened; where that fails, each job rejects with the reason
   * @param makeThread makes a thread of the CPU engine; undefined makes workers of this one
   */
  constructor(database: Promise<Database>, makeThread?: MakeThread) {
    this.#database = database;
    this.#makeThread = makeThread;
  }

  startBackend(request: BackendRequest, onStage?: OnStage): Promise<BackendReport> {
    return (this.#backend ??= this.#openBackend(request, onStage));
  }

  /** Opens the backend; a GPU is also given its form of products (`chooseTiles`). */
  async #openBackend(request: BackendRequest, onStage?: OnStage): Promise<BackendReport> {
    const { choice, threads } = request;
    this.#request = request;
    const report = await selectBackend(choice, {
      ...(threads === undefined ? {} : { threads }),
      ...(onStage ? { onStage } : {}),
      makeThread: this.#makeThread,
      onFault: () => {
        this.#restart = () => (this.#backend = this.#openBackend(request));
      },
    });
    this.#precision = undefined;
    if (report.backend === 'webgpu')
      await runStage('Choosing forms of products for the GPU', choosing(onStage), () =>
        chooseTiles(gpuBackend().gpu, this.#database),
      );
    return report;
  }

  /** Returns a backend that works: the one in use, or a new one where that has failed. */
  #soundBackend(): Promise<BackendReport> {
    const restart = this.#restart;
    this.#restart = undefined;
    return restart?.() ?? this.startBackend({ choice: 'auto' });
  }

  /** Chooses the precision of a run: the requested one, else what suits the GPU, which is measured before its first run. */
  async #choosePrecision({ backend }: BackendReport): Promise<Precision> {
    const { precision } = this.#request;
    if (backend !== 'webgpu') return 'f32';
    if (precision) return precision;
    this.#precision ??= choosePrecision(gpuBackend().gpu, await this.#database);
    return this.#precision;
  }

  estimateRun(request: RunRequest): Promise<RunEstimate> {
    return this.#enqueue((context) => estimateRun(context, request, this.#speeds));
  }

  startRun(
    request: RunRequest,
    onEvent: (event: RunEvent) => void,
    start: RunStart = {},
  ): Promise<RunRecord> {
    return this.#enqueue((context) =>
      startRun({ ...context, ...start, ...this.#told(onEvent) }, request),
    );
  }

  resumeRun(
    runId: RunId,
    onEvent: (event: RunEvent) => void,
    start: RunStart = {},
  ): Promise<RunRecord> {
    return this.#enqueue(async (context) =>
      resumeRun(
        { ...context, ...start, ...this.#told(onEvent) },
        await requireRun(context.database, runId),
      ),
    );
  }

  storeUnsaved(runId: RunId, how?: { replacing?: boolean }): Promise<RunRecord> {
    return this.#enqueue(async ({ database }) => {
      const held = this.#unsaved.get(runId);
      if (!held) throw new Error('This tab does not hold the weights of that run any more.');
      const run = await storeUnsaved(database, runId, held, how);
      this.#unsaved.delete(runId);
      return run;
    });
  }

  forgetUnsaved(runId: RunId): Promise<void> {
    this.#unsaved.delete(runId);
    return Promise.resolve();
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
    return this.#enqueue(async (context) =>
      evaluateRun(context, await requireRun(context.database, runId), report),
    );
  }

  exportRun(runId: RunId, name: string, report: ReportProgress): Promise<ModelRecord> {
    return this.#enqueue(async (context) =>
      exportRun(context, await requireRun(context.database, runId), name, report),
    );
  }

  exportFile(runId: RunId, name: string, report: ReportProgress): Promise<Blob> {
    return this.#enqueue(async (context) => {
      const run = await requireRun(context.database, runId);
      return exportFile(context, run, name, report, this.#unsaved.get(runId));
    });
  }

  /** Completes the context of a job that trains. */
  #told(onEvent: (event: RunEvent) => void): Pick<TrainContext, 'onEvent' | 'pinned' | 'unsaved'> {
    return { onEvent, pinned: () => this.#pinned, unsaved: this.#unsaved };
  }

  /** Runs a job, with a control of its own, after those before it: they share the backend's memory. */
  #enqueue<Result>(job: (context: RunContext) => Promise<Result>): Promise<Result> {
    return this.#queue.run(async () => {
      const device = this.#describeDevice(await this.#soundBackend());
      const control = new RunControl(whenNobodyTags);
      this.#control = control;
      return job({ database: await this.#database, device, control });
    });
  }

  #describeDevice(backend: BackendReport): TrainingDevice {
    const { memoryBytes } = this.#request;
    return {
      backend,
      ...(memoryBytes === undefined ? {} : { memoryBytes }),
      measureMemory: () => currentEngine().measureMemory().bytes,
      choosePrecision: () => this.#choosePrecision(backend),
      restart: () => this.#soundBackend(),
    };
  }
}

/** Returns the bounds of the choice of products: it takes half a second on a GPU, and may take many on a busy software adapter. */
const choosing = (onStage: OnStage | undefined): StageOptions => ({
  onStage,
  limitMs: LOADING_LIMIT_MS,
  wayOut: 'open the page with ?backend=wasm to train on the processor',
});
