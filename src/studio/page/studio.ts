import { openSettings } from '../../browser/settings';
import { DEFAULT_ENCODER } from '../../recipe/bundled-encoders';
import { presetsForBundled } from '../../recipe/presets';
import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { InferCalls } from '../../protocol/infer-calls';
import type { TrainCalls } from '../../protocol/train-calls';
import type { RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { CorpusStatistics } from '../corpus/corpus-statistics.svelte';
import { Corpora } from '../corpus/corpus.svelte';
import { Deliveries } from '../drop/deliveries.svelte';
import { EncoderAdviser } from '../train/encoder-adviser.svelte';
import { Encoders } from '../train/encoders.svelte';
import { ErrorAnalysis } from '../errors/error-analysis.svelte';
import { Pinned } from '../train/pinned.svelte';
import { Places, type Place } from './places.svelte';
import { fetchSample, type Sample } from '../corpus/sample';
import { SentenceBrowser } from '../corpus/sentence-browser.svelte';
import { Sharing } from '../share/sharing.svelte';
import { Status } from './status.svelte';
import { StoreWatch } from './store-watch';
import { Training } from '../train/training.svelte';
import { Trying } from '../try/trying.svelte';

/** The workers' calls, as the page uses them. */
export interface Workers {
  readonly data: DataCalls;
  readonly train: TrainCalls;
  readonly infer: InferCalls;
}

/** State of the whole page: one object for each place and for the status line, over the same workers and the same storage. */
export class Studio {
  readonly workers: Workers;
  readonly database: Database;
  readonly places: Places;
  readonly deliveries: Deliveries;
  readonly corpora: Corpora;
  readonly statistics: CorpusStatistics;
  readonly sentences: SentenceBrowser;
  readonly encoders: Encoders;
  readonly adviser: EncoderAdviser;
  readonly training: Training;
  readonly errors: ErrorAnalysis;
  readonly pinned: Pinned;
  readonly trying: Trying;
  readonly sharing: Sharing;
  readonly status: Status;
  readonly stores: StoreWatch;

  constructor(workers: Workers, database: Database, window: Window) {
    this.workers = workers;
    this.database = database;
    const stored = () => void this.status.refresh();
    this.status = new Status(workers.train, database);
    this.places = new Places(window);
    this.corpora = new Corpora(workers.data, database, stored);
    this.statistics = new CorpusStatistics(workers.data, database);
    this.sentences = new SentenceBrowser(workers.data);
    this.encoders = new Encoders(workers.data, database, stored);
    this.adviser = new EncoderAdviser(workers.data, this.encoders);
    this.training = new Training(
      workers.train,
      workers.data,
      database,
      this.corpora,
      this.encoders,
      {
        onBegin: () => this.trying.release(),
        onDone: (run) => void this.#makeReady(run),
        onChange: stored,
      },
    );
    this.pinned = new Pinned(workers.train, openSettings());
    this.errors = new ErrorAnalysis(database);
    this.trying = new Trying(workers.infer, database, () => this.#refreshModels());
    this.sharing = new Sharing(
      workers.train,
      workers.infer,
      database,
      this.training,
      this.corpora,
      {
        onChange: () => this.#refreshModels(),
        onDelete: (id) => this.trying.expectDeletion(id),
      },
    );
    this.stores = new StoreWatch(
      {
        corpora: () => this.corpora.refresh(),
        encoders: () => this.encoders.refresh(),
        runs: () => this.training.refresh(),
        models: () => Promise.all([this.trying.refresh(), this.sharing.refresh()]),
      },
      () => this.status.refresh(),
    );
    this.deliveries = new Deliveries(workers.data, this);
  }

  /** Reads everything that is stored. */
  async open(): Promise<void> {
    await Promise.all([this.stores.read(), this.status.lookForPrivacy(), this.pinned.tell()]);
  }

  /**
   * Keeps a checkpoint when the page is hidden, for it may never come back, and reads everything again when it is seen again: a page that
   * was frozen has missed what other windows did. Returns the call that ends this.
   */
  followVisibility(document: Document): () => void {
    const look = () => {
      if (document.hidden) void this.training.keepCheckpoint();
      else void this.stores.read();
    };
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }

  /** Lets the browser ask before the page is closed or reloaded while only this tab holds weights that were trained. */
  guardUnsaved(window: Window): void {
    window.addEventListener('beforeunload', (event) => {
      const { unsaved, live } = this.training;
      if (unsaved.list.length > 0 || live?.bestTrouble) event.preventDefault();
    });
  }

  /** Routes dropped or chosen files to the place they belong to, and turns the page there; `from` is the place where they were dropped. */
  takeFiles(
    files: readonly (File | DroppedFile)[],
    from: Place = this.places.current,
  ): Promise<void> {
    return this.deliveries.take(files, from);
  }

  /** Reads a sample corpus, pins its sentences and trains the bundled encoder on it with the quick recipe, as on a first visit. */
  async showSample(sample: Sample): Promise<void> {
    const { corpora, training } = this;
    if (training.busy) return;
    const corpus = await corpora.takeFrom(`${sample.language} sample`, () => fetchSample(sample));
    if (!corpus) return;
    await this.pinned.add(...sample.pinned);
    training.setUp();
    this.places.go('train');
    const { quick } = presetsForBundled(DEFAULT_ENCODER);
    await training.start(() => this.encoders.obtainBundled(), quick);
  }

  /** Makes a run's file as soon as it ends, so that Try has the new model. */
  async #makeReady(run: RunRecord): Promise<void> {
    const model = await this.sharing.makeFile(run);
    if (model) await this.trying.choose(model.id);
  }

  #refreshModels(): void {
    void Promise.all([this.trying.refresh(), this.sharing.refresh(), this.status.refresh()]);
  }
}
