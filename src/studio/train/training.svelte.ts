import { findTrainedRun, whenNobodyTrains } from '../../storage/runs/trainer-lock';
import type { Database } from '../../storage/schema';
import { DEFAULT_RECIPE } from '../../recipe/presets';
import { SerialQueue } from '../../async/serial-queue';
import { proxied } from '../../protocol/connect';
import type { DataCalls, PackSummary } from '../../protocol/data-calls';
import type { ReportProgress } from '../../protocol/progress';
import type { RunEstimate, RunEvent, RunRequest, TrainCalls } from '../../protocol/train-calls';
import type { RunId, RunRecord, RunSummary } from '../../storage/records';
import type { TrainRecipe } from '../../recipe/recipe';
import { doubtsAbout } from '../corpus/corpus-doubts';
import type { Corpora } from '../corpus/corpus.svelte';
import type { Encoders } from './encoders.svelte';
import { askForLastingStorage } from '../page/lasting-storage';
import { LiveRun } from './live-run.svelte';
import { StoredRuns } from './stored-runs.svelte';
import { describeTrouble, wasStopped, type Trouble } from '../parts/trouble';
import { Work } from '../parts/work.svelte';

export interface TrainingHooks {
  /** Called before training begins, to give memory back. */
  onBegin?: () => Promise<void>;
  /** Called when a run has ended with an epoch worth keeping, or was scored on test. */
  onDone?: (run: RunRecord) => void;
  onChange?: () => void;
}

/** State of training: the recipe of the next run, the live run, and the stored runs. */
export class Training {
  recipe = $state<TrainRecipe>({ ...DEFAULT_RECIPE });
  live = $state.raw<LiveRun | undefined>();
  liveId = $state<RunId | undefined>();
  /** The run that another tab is training. */
  elsewhereId = $state<RunId | undefined>();
  stopping = $state(false);
  trouble = $state.raw<Trouble | undefined>();
  estimate = $state.raw<RunEstimate | undefined>();
  measuring = $state(false);
  /** Work around a run: tokenizing before it, scoring on test after it. */
  readonly work = new Work();
  readonly busy = $derived(this.live !== undefined);
  /** Summary of the tokenized corpus: how it fits the max length; undefined before it was tokenized. */
  packed = $state.raw<PackSummary | undefined>();
  readonly #train: TrainCalls;
  readonly #data: DataCalls;
  readonly #database: Database;
  readonly #stored: StoredRuns;
  readonly #corpora: Corpora;
  readonly #encoders: Encoders;
  readonly #hooks: TrainingHooks;
  readonly #measurements = new SerialQueue();
  #wantedMeasure = 0;

  constructor(
    train: TrainCalls,
    data: DataCalls,
    database: Database,
    corpora: Corpora,
    encoders: Encoders,
    hooks: TrainingHooks = {},
  ) {
    this.#train = train;
    this.#data = data;
    this.#database = database;
    this.#stored = new StoredRuns(
      database,
      () => this.#hooks.onChange?.(),
      (error, stays) => this.#fail(error, stays),
    );
    this.#corpora = corpora;
    this.#encoders = encoders;
    this.#hooks = hooks;
  }

  /** Runs without their losses and predictions, newest first. */
  get runs(): RunSummary[] {
    return this.#stored.list;
  }

  /** The run in view, whole; undefined while a new one is being set up. */
  get shown(): RunRecord | undefined {
    return this.#stored.shown;
  }

  async refresh(): Promise<void> {
    await this.#stored.refresh();
    await this.#lookAgain();
  }

  async #lookAgain(): Promise<void> {
    try {
      await this.lookElsewhere();
    } catch (error) {
      this.#fail(error, 'What is stored stays where it is.');
    }
  }

  /** Turns to a new run. */
  setUp(): void {
    this.#stored.showNone();
    this.trouble = undefined;
  }

  /** Turns to a run. */
  show(id: RunId): Promise<void> {
    return this.#stored.show(id);
  }

  /** Tells whether a run was training when its page was closed, and can continue from its last checkpoint. */
  isInterrupted(run: Pick<RunRecord, 'id' | 'state'>): boolean {
    if (run.id === this.liveId || run.id === this.elsewhereId) return false;
    return run.state === 'running' || run.state === 'paused';
  }

  /** Learns whether another tab trains, and again when it has ended. */
  async lookElsewhere(): Promise<void> {
    if (this.busy) return;
    const before = this.elsewhereId;
    this.elsewhereId = await findTrainedRun(this.#database);
    if (this.elsewhereId === undefined || this.elsewhereId === before) return;
    void whenNobodyTrains(this.#database).then(async () => {
      await this.refresh();
      this.#hooks.onChange?.();
    });
  }

  /** Keeps a checkpoint now: the page may be closed in the next moment. */
  async keepCheckpoint(): Promise<void> {
    if (!this.busy) return;
    try {
      await this.#train.keepCheckpoint();
    } catch (error) {
      this.#fail(error, 'The run can be continued from its last checkpoint.');
    }
  }

  /** Measures the cost of the next run on this computer; of calls that overlap, only the last is answered. */
  async measure(): Promise<void> {
    const encoder = this.#encoders.chosen;
    this.#wantedMeasure += 1;
    const wanted = this.#wantedMeasure;
    this.estimate = undefined;
    this.packed = undefined;
    const corpus = this.#corpora.chosen;
    if (!encoder || !corpus || !this.#corpora.trainable || this.busy) return;
    if (doubtsAbout(corpus).obstacle !== undefined) return;
    const request = this.#request(encoder.id, corpus.id);
    await this.#measurements.run(async () => {
      if (wanted !== this.#wantedMeasure || this.busy) return;
      this.measuring = true;
      try {
        const packed = await this.#pack(
          request,
          proxied(() => undefined),
        );
        const estimate = await this.#train.estimateRun(request);
        if (wanted !== this.#wantedMeasure) return;
        this.packed = packed;
        this.estimate = estimate;
      } catch (error) {
        if (!wasStopped(error)) this.#fail(error);
      } finally {
        this.measuring = false;
      }
    });
  }

  /** Fetches the encoder if it is not here yet, then trains until the end or a stop. */
  async start(): Promise<RunRecord | undefined> {
    const corpus = this.#corpora.chosen;
    if (!corpus || this.busy) return undefined;
    const encoder = await this.#encoders.obtain();
    if (!encoder) return undefined;
    this.#wantedMeasure += 1;
    await this.#measurements.whenIdle();
    const request = this.#request(encoder.id, corpus.id);
    if (!(await this.#packForRun(request))) return undefined;
    askForLastingStorage(this.#hooks.onChange); // from here on there is work to lose
    const live = new LiveRun(request, corpus.labels);
    return this.#follow(live, undefined, (onEvent) => this.#train.startRun(request, onEvent));
  }

  /** Resumes an interrupted run from its last checkpoint. */
  async continue(run: RunRecord): Promise<RunRecord | undefined> {
    if (this.busy) return undefined;
    await this.#measurements.whenIdle();
    if (!(await this.#packForRun(run))) return undefined;
    const live = new LiveRun(run, run.labels);
    live.continueFrom(run);
    return this.#follow(live, run.id, (onEvent) => this.#train.resumeRun(run.id, onEvent));
  }

  async togglePause(): Promise<void> {
    const live = this.live;
    if (!live) return;
    const paused = !live.paused;
    try {
      await (paused ? this.#train.pause() : this.#train.resume());
      live.pause(paused);
    } catch (error) {
      this.#fail(error, 'The last checkpoint of the run is kept.');
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    try {
      await this.#train.stop();
    } catch (error) {
      this.stopping = false;
      this.#fail(error, 'The run can be continued from its last checkpoint.');
    }
  }

  async scoreOnTest(run: RunRecord): Promise<void> {
    const scored = await this.work.run('Evaluating on test', 'The run itself is safe.', (report) =>
      this.#train.evaluateRun(run.id, report),
    );
    await this.refresh();
    if (scored) this.#hooks.onDone?.(scored);
  }

  /** Stops tokenizing or scoring. */
  stopWork(): Promise<void> {
    return this.work.halt(async () => {
      await Promise.all([this.#data.stop(), this.#train.stop()]);
    });
  }

  async rename(id: RunId, name: string): Promise<void> {
    await this.#stored.rename(id, name);
    await this.#lookAgain();
  }

  async delete(id: RunId): Promise<void> {
    await this.#stored.delete(id);
    await this.#lookAgain();
  }

  async #follow(
    live: LiveRun,
    runId: RunId | undefined,
    call: (onEvent: (event: RunEvent) => void) => Promise<RunRecord>,
  ): Promise<RunRecord | undefined> {
    let ended: RunRecord | undefined;
    this.live = live;
    this.liveId = runId;
    this.trouble = undefined;
    try {
      await this.#hooks.onBegin?.();
      const run = await call(proxied((event: RunEvent) => live.apply(event)));
      this.#stored.turnTo(run.id);
      if (run.state === 'failed') this.#fail(run.failure ?? 'The run failed.', keptOf(run));
      ended = run;
      return run;
    } catch (error) {
      if (!wasStopped(error)) this.#fail(error, 'What was kept of the run is listed under Runs.');
      return undefined;
    } finally {
      await this.refresh(); // first, so that the page turns from the live run straight to the stored one
      this.live = undefined;
      this.liveId = undefined;
      this.stopping = false;
      this.#hooks.onChange?.();
      if (ended && ended.bestEpoch >= 0) this.#hooks.onDone?.(ended);
    }
  }

  #pack(request: RunRequest, report: ReportProgress): Promise<PackSummary> {
    const { corpusId, encoderId, recipe } = request;
    return this.#data.packCorpus(corpusId, encoderId, recipe.maxPieces, report);
  }

  #packForRun(request: RunRequest): Promise<PackSummary | undefined> {
    return this.work.run('Tokenizing the corpus', '', (report) => this.#pack(request, report));
  }

  #request(encoderId: string, corpusId: string): RunRequest {
    return {
      name: `Run ${this.#stored.nextNumber}`,
      corpusId,
      encoderId,
      recipe: $state.snapshot(this.recipe),
    };
  }

  #fail(error: unknown, stays?: string): void {
    this.trouble = describeTrouble(error, stays);
  }
}

function keptOf({ bestEpoch }: RunRecord): string {
  return bestEpoch >= 0 ? `Epoch ${bestEpoch}, the best so far, is kept.` : '';
}
