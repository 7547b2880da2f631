import { shorten } from '../../messages/shorten';
import { FILE_LIMITS } from '../../ner/file-limits';
import type { InferCalls } from '../../protocol/infer-calls';
import type { TrainCalls } from '../../protocol/train-calls';
import { deleteModel, listModels, renameModel } from '../../storage/models';
import type { ModelId, ModelRecord, RunId, RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { saveFile } from './save-file';
import type { Corpora } from '../corpus/corpus.svelte';
import type { Training } from '../train/training.svelte';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

/** Facts that name a run's file. */
type NamedRun = Pick<RunRecord, 'id' | 'name' | 'corpusId' | 'corpusName'>;

export interface SharingHooks {
  onChange?: (() => void) | undefined;
  /** Called before a model is deleted here, so that its absence is no news elsewhere on the page. */
  onDelete?: ((id: ModelId) => void) | undefined;
}

/** The model files, the one whose card is shown, and the runs that have no file yet. */
export class Sharing extends Shelf<ModelRecord> {
  readonly work = new Work();
  /** Id of the run whose file is being made. */
  exportingId = $state<RunId | undefined>();
  readonly #train: TrainCalls;
  readonly #infer: InferCalls;
  readonly #training: Training;
  readonly #corpora: Corpora;
  readonly #onDelete: SharingHooks['onDelete'];
  /** Runs with a best epoch and no file yet, newest first. */
  readonly waiting = $derived.by(() =>
    this.#training.runs.filter(
      (run) =>
        run.bestEpoch >= 0 &&
        run.id !== this.#training.liveId &&
        !this.list.some(({ runId }) => runId === run.id),
    ),
  );

  constructor(
    train: TrainCalls,
    infer: InferCalls,
    database: Database,
    training: Training,
    corpora: Corpora,
    { onChange, onDelete }: SharingHooks = {},
  ) {
    super(
      {
        list: () => listModels(database),
        rename: (id, name) => renameModel(database, id, name),
        delete: (id) => deleteModel(database, id),
      },
      onChange,
    );
    this.#train = train;
    this.#infer = infer;
    this.#training = training;
    this.#corpora = corpora;
    this.#onDelete = onDelete;
  }

  /** Names a run's file after its corpus and the run. */
  nameOf(run: NamedRun): string {
    const corpus = this.#corpora.list.find(({ id }) => id === run.corpusId);
    const corpusName = corpus?.name ?? run.corpusName;
    const name = corpusName === undefined ? run.name : `${corpusName} · ${run.name}`;
    return shorten(name, FILE_LIMITS.nameCharacters);
  }

  /** Exports a run's best epoch as ONNX. The file is compared with the trained model before it is kept; it replaces an older file of the run. */
  async makeFile(run: NamedRun): Promise<ModelRecord | undefined> {
    const before = this.list.find(({ runId }) => runId === run.id);
    const name = before?.name ?? this.nameOf(run);
    this.exportingId = run.id;
    const model = await this.work.run(
      `Exporting ${run.name}`,
      'No file was made; the run stays as it is.',
      (report) => this.#train.exportRun(run.id, name, report),
    );
    this.exportingId = undefined;
    if (!model) return undefined;
    if (before) await this.delete(before.id);
    this.chosenId = model.id;
    await this.refreshAfterChange();
    return model;
  }

  /** Makes a run's file and hands it to the browser's downloads at once, without storing it: for a disk that has no room for it. */
  async downloadUnstored(run: NamedRun): Promise<void> {
    const name = this.nameOf(run);
    this.exportingId = run.id;
    const file = await this.work.run(
      `Making the file of ${run.name}`,
      'No file was made.',
      (report) => this.#train.exportFile(run.id, name, report),
    );
    this.exportingId = undefined;
    if (file) saveFile(file, fileNameOf({ name }));
  }

  /** Stops making a file; none is kept then. */
  stop(): Promise<void> {
    return this.work.halt(() => this.#train.stop());
  }

  /** Hands the .onnx to the browser's downloads, under the model's name, which its card has, too. */
  async download(model: ModelRecord): Promise<void> {
    try {
      saveFile(await this.#infer.readModelFile(model.id), fileNameOf(model));
    } catch (error) {
      this.work.fail(error);
    }
  }

  override expectDeletion(id: ModelId): void {
    super.expectDeletion(id);
    this.#onDelete?.(id);
  }

  protected override fail(error: unknown, stays: string): void {
    this.work.fail(error, stays);
  }
}

/** `wnut17-run-4.onnx`: the model's name in letters that every file system takes. */
export function fileNameOf({ name }: { name: string }): string {
  const plain = name
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .toLowerCase();
  return `${plain || 'model'}.onnx`;
}
