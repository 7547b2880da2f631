import { findTrainedRun, whenNobodyTrains } from '../../storage/runs/trainer-lock';
import type { Database } from '../../storage/schema';
import { proxied } from '../../protocol/connect';
import type { DataCalls, PackSummary } from '../../protocol/data-calls';
import type { ReportProgress } from '../../protocol/progress';
import type {
  RunEstimate,
  RunEvent,
  RunRequest,
  RunStart,
  TrainCalls,
} from '../../protocol/train-calls';
import type { RunId, RunRecord, RunSummary } from '../../storage/records';
import type { TrainRecipe } from '../../recipe/recipe';
import { doubtsAbout } from '../corpus/corpus-doubts';
import type { Corpora } from '../corpus/corpus.svelte';
import { CostMeasure } from './cost-measure.svelte';
import type { Encoders } from './encoders.svelte';
import { askForLastingStorage } from '../page/lasting-storage';
import { LiveControl } from './live-control.svelte';
import { LiveRun } from './live-run.svelte';
import { keptOf, hasNoRoom, type NoRoom } from './run-ending';
import { RecipeChoice } from './recipe-choice.svelte';
import { StoredRuns } from './stored-runs.svelte';
import { UnsavedRuns } from './unsaved-runs.svelte';
import { wasStopped } from '../parts/trouble';
import { Work } from '../parts/work.svelte';

export interface TrainingHooks {
  /** Called before training begins, to give memory back. */
  onBegin?: () => Promise<void>;
  /** Called when a run has ended with an epoch worth keeping, or was scored on test. */
  onDone?: (run: RunRecord) => void;
  onChange?: () => void;
}

/** State of training: the recipe of the next run, the live run, and the stored runs. */
export class Training extends LiveControl {
  /** Recipe of the next run. */
  readonly choice: RecipeChoice;
  /** Cost of the next run. */
  readonly cost = new CostMeasure();
  /** The run that another tab is training. */
  elsewhereId = $state<RunId | undefined>();
  /** The run that was to begin or to go on, and for which there was no room; it has not begun. */
  noRoom = $state.raw<NoRoom | undefined>();
  /** Work around a run: tokenizing before it, scoring on test after it. */
  readonly work = new Work();
  readonly unsaved: UnsavedRuns;
  /** The run in view, whole; undefined while a new one is being set up. */
  readonly shown: RunRecord | undefined = $derived.by(() => {
    const { shown } = this.#stored;
    const held = this.unsaved.find(shown?.id);
    if (!shown || !held) return shown;
    // The stored record says what is stored: an epoch may have been given up for one that found no room all the same.
    return { ...held, name: shown.name, bestEpoch: shown.bestEpoch };
  });
  readonly #data: DataCalls;
  readonly #database: Database;
  readonly #stored: StoredRuns;
  readonly #corpora: Corpora;
  readonly #encoders: Encoders;
  readonly #hooks: TrainingHooks;

  constructor(
    train: TrainCalls,
    data: DataCalls,
    database: Database,
    corpora: Corpora,
    encoders: Encoders,
    hooks: TrainingHooks = {},
  ) {
    super(train);
    this.#data = data;
    this.#database = database;
    this.#stored = new StoredRuns(
      database,
      () => this.#hooks.onChange?.(),
      (error, stays) => this.fail(error, stays),
    );
    this.#corpora = corpora;
    this.#encoders = encoders;
    this.choice = new RecipeChoice(() => encoders.offer);
    this.#hooks = hooks;
    this.unsaved = new UnsavedRuns(train, this.work);
  }

  get estimate(): RunEstimate | undefined {
    return this.cost.estimate;
  }

  get measuring(): boolean {
    return this.cost.measuring;
  }

  /** Runs without their losses and predictions, newest first. */
  get runs(): RunSummary[] {
    return this.#stored.list;
  }

  /** Step that the run in view would go on after: that of its stored checkpoint, or 0 where it would begin anew. */
  get resumesAt(): number {
    return this.#stored.resumesAt;
  }

  /** The shelf of the runs. */
  get shelf(): StoredRuns {
    return this.#stored;
  }

  async refresh(): Promise<void> {
    await this.#lookAgain(); // first: a run that another tab has begun is no interrupted one
    await this.#stored.refresh();
  }

  async #lookAgain(): Promise<void> {
    try {
      await this.lookElsewhere();
    } catch (error) {
      this.fail(error, 'What is stored stays where it is.');
    }
  }

  /** Turns to a new run. */
  setUp(): void {
    this.#stored.showNone();
    this.trouble = undefined;
    this.noRoom = undefined;
  }

  /** Turns to a run. */
  show(id: RunId): Promise<void> {
    return this.#stored.show(id);
  }

  /** Tells whether a run has not come to its end and can continue: from its last checkpoint, or from its beginning. */
  isInterrupted(run: Pick<RunRecord, 'id' | 'state'>): boolean {
    if (run.id === this.liveId || run.id === this.elsewhereId || this.unsaved.find(run.id))
      return false;
    return run.state === 'running' || run.state === 'paused' || run.state === 'unsaved';
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

  /** Measures the cost of the next run on this computer; of calls that overlap, only the last is answered. */
  async measure(): Promise<void> {
    const encoder = this.#encoders.chosen;
    this.cost.forget();
    const corpus = this.#corpora.chosen;
    if (!encoder || !corpus || !this.#corpora.trainable || this.busy) return;
    if (doubtsAbout(corpus).obstacle !== undefined) return;
    await this.cost.measure(
      this.#request(encoder.id, corpus.id),
      (request) =>
        this.#pack(
          request,
          proxied(() => undefined),
        ),
      (request) => this.train.estimateRun(request),
    );
  }

  /** Obtains the encoder, by default the chosen one, then trains until the end or a stop. A recipe that is given leaves the knobs alone. */
  async start(
    obtain = () => this.#encoders.obtain(),
    recipe?: TrainRecipe,
  ): Promise<RunRecord | undefined> {
    const corpus = this.#corpora.chosen;
    if (!corpus || this.busy) return undefined;
    const encoder = await obtain();
    if (!encoder) return undefined;
    await this.cost.whenIdle();
    const request = this.#request(encoder.id, corpus.id, recipe);
    if (!(await this.#packForRun(request))) return undefined;
    askForLastingStorage(this.#hooks.onChange); // from here on there is work to lose
    const live = () => new LiveRun(request, corpus.labels);
    return this.#follow(live, undefined, (...told) => this.train.startRun(request, ...told));
  }

  /** Resumes an interrupted run from its last checkpoint. */
  async continue(run: RunRecord): Promise<RunRecord | undefined> {
    if (this.busy) return undefined;
    await this.cost.whenIdle();
    if (!(await this.#packForRun(run))) return undefined;
    const live = () => {
      const continued = new LiveRun(run, run.labels);
      continued.continueFrom(run);
      return continued;
    };
    return this.#follow(live, run.id, (...told) => this.train.resumeRun(run.id, ...told));
  }

  /** Tries again to store the best weights of an unsaved run. */
  async storeUnsaved(run: RunRecord, how: { replacing?: boolean } = {}): Promise<void> {
    const stored = await this.unsaved.store(run, how);
    await this.refresh();
    this.#hooks.onChange?.();
    if (stored) this.#hooks.onDone?.(stored);
  }

  async scoreOnTest(run: RunRecord): Promise<void> {
    const scored = await this.work.run('Evaluating on test', 'The run itself is safe.', (report) =>
      this.train.evaluateRun(run.id, report),
    );
    await this.refresh();
    if (scored) this.#hooks.onDone?.(scored);
  }

  /** Stops tokenizing or scoring. */
  stopWork(): Promise<void> {
    return this.work.halt(async () => {
      await Promise.all([this.#data.stop(), this.train.stop()]);
    });
  }

  async rename(id: RunId, name: string): Promise<void> {
    await this.#stored.rename(id, name);
    await this.#lookAgain();
  }

  async delete(id: RunId): Promise<void> {
    await this.#stored.delete(id);
    await this.unsaved.forget(id);
    await this.#lookAgain();
  }

  /** Follows a run until it ends. One that finds no room for a checkpoint does not begin; the person may let it train all the same. */
  async #follow(
    makeLive: () => LiveRun,
    runId: RunId | undefined,
    call: (onEvent: (event: RunEvent) => void, start: RunStart) => Promise<RunRecord>,
    start: RunStart = {},
  ): Promise<RunRecord | undefined> {
    if (this.busy) return undefined;
    const live = makeLive();
    let ended: RunRecord | undefined;
    this.live = live;
    this.liveId = runId;
    this.trouble = undefined;
    this.noRoom = undefined;
    try {
      await this.#hooks.onBegin?.();
      const run = await call(
        proxied((event: RunEvent) => {
          if (event.kind === 'begun') this.liveId = event.runId;
          live.apply(event);
        }),
        start,
      );
      this.#stored.turnTo(run.id);
      this.unsaved.hear(run);
      if (run.state === 'failed') this.fail(run.failure ?? 'The run failed.', keptOf(run));
      ended = run;
      return run;
    } catch (error) {
      const begin = (start: RunStart) => void this.#follow(makeLive, runId, call, start);
      if (hasNoRoom(error)) this.noRoom = { reason: error.message, begin };
      else if (!wasStopped(error))
        this.fail(error, 'What was kept of the run is listed under Runs.');
      return undefined;
    } finally {
      await this.refresh(); // first, so that the page turns from the live run straight to the stored one
      this.live = undefined;
      this.liveId = undefined;
      this.stopping = false;
      this.#hooks.onChange?.();
      if (ended && ended.bestEpoch >= 0 && ended.state !== 'unsaved') this.#hooks.onDone?.(ended);
    }
  }

  #pack(request: RunRequest, report: ReportProgress): Promise<PackSummary> {
    const { corpusId, encoderId, recipe } = request;
    return this.#data.packCorpus(corpusId, encoderId, recipe.maxPieces, report);
  }

  #packForRun(request: RunRequest): Promise<PackSummary | undefined> {
    return this.work.run('Tokenizing the corpus', '', (report) => this.#pack(request, report));
  }

  #request(encoderId: string, corpusId: string, recipe = this.choice.recipe): RunRequest {
    return { name: `Run ${this.#stored.nextNumber}`, corpusId, encoderId, recipe };
  }
}
