import type { TrainCalls } from '../../protocol/train-calls';
import { deleteModel, listModels, readModelBlob, renameModel } from '../../storage/models';
import type { ModelId, ModelRecord, RunId, RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { saveFile } from './save-file';
import type { Corpora } from '../corpus/corpus.svelte';
import type { Training } from '../train/training.svelte';
import { Work } from '../parts/work.svelte';

/** What a file's name is made of. */
type NamedRun = Pick<RunRecord, 'id' | 'name' | 'corpusId'>;

/** Verified model files, and the runs that could become one. */
export class Sharing {
  models = $state.raw<ModelRecord[]>([]);
  /** The model whose card is shown. */
  shownId = $state<ModelId | undefined>();
  readonly shown = $derived(this.models.find(({ id }) => id === this.shownId));
  readonly work = new Work();
  /** The run whose file is being made. */
  exportingId = $state<RunId | undefined>();
  readonly #train: TrainCalls;
  readonly #database: Database;
  readonly #training: Training;
  readonly #corpora: Corpora;
  readonly #onChange: () => void;
  /** Runs with a best epoch and no file yet, newest first. */
  readonly waiting = $derived.by(() =>
    this.#training.runs.filter(
      (run) =>
        run.bestEpoch >= 0 &&
        run.id !== this.#training.liveId &&
        !this.models.some(({ runId }) => runId === run.id),
    ),
  );

  constructor(
    train: TrainCalls,
    database: Database,
    training: Training,
    corpora: Corpora,
    onChange: () => void = () => undefined,
  ) {
    this.#train = train;
    this.#database = database;
    this.#training = training;
    this.#corpora = corpora;
    this.#onChange = onChange;
  }

  async refresh(): Promise<void> {
    try {
      this.models = await listModels(this.#database);
      if (!this.shown) this.shownId = this.models[0]?.id;
    } catch (error) {
      this.work.fail(error, 'Reload the page; what is stored stays where it is.');
    }
  }

  /** Names a run's file after its corpus and the run. */
  nameOf(run: NamedRun): string {
    const corpus = this.#corpora.list.find(({ id }) => id === run.corpusId);
    return corpus ? `${corpus.name} · ${run.name}` : run.name;
  }

  /** Exports a run's best epoch as ONNX. The file is compared with the trained model before it is kept; it replaces an older file of the run. */
  async makeFile(run: NamedRun): Promise<ModelRecord | undefined> {
    const before = this.models.find(({ runId }) => runId === run.id);
    const name = before?.name ?? this.nameOf(run);
    this.exportingId = run.id;
    const model = await this.work.run(
      `Making the file of ${run.name}`,
      'No file was kept. Try again; if it stays, train the run again.',
      (report) => this.#train.exportRun(run.id, name, report),
    );
    this.exportingId = undefined;
    if (!model) return undefined;
    if (before) await this.delete(before.id);
    this.shownId = model.id;
    await this.refresh();
    this.#onChange();
    return model;
  }

  /** Stops making a file; none is kept then. */
  stop(): Promise<void> {
    return this.work.halt(() => this.#train.stop());
  }

  /** Hands the .onnx to the browser's downloads, under the model's name. */
  async download(model: ModelRecord): Promise<void> {
    try {
      saveFile(await readModelBlob(this.#database, model.id), fileNameOf(model));
    } catch (error) {
      this.work.fail(error, 'Make the file again from its run, if the run is still here.');
    }
  }

  async rename(id: ModelId, name: string): Promise<void> {
    await this.#change(() => renameModel(this.#database, id, name));
  }

  async delete(id: ModelId): Promise<void> {
    await this.#change(() => deleteModel(this.#database, id));
  }

  async #change(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      await this.refresh();
      this.#onChange();
    } catch (error) {
      this.work.fail(error, 'Nothing was changed; try again.');
    }
  }
}

/** `wnut17-run-4.onnx`: the model's name in letters that every file system takes. */
export function fileNameOf({ name }: { name: string }): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .toLowerCase();
  return `${plain || 'model'}.onnx`;
}
