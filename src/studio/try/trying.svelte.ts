import { formatAnnotationColumns, formatAnnotationJson } from '../../ner/annotation-formats';
import type { TextEntity } from '../../ner/entity-span';
import type { Annotation } from '../../infer/annotation';
import type { InferCalls } from '../../protocol/infer-calls';
import { deleteModel, listModels, renameModel } from '../../storage/models';
import type { ModelId, ModelRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { shiftEntities } from './entity-shift';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

/** Pause in typing after which the model reads the text: too short for a person to notice, longer than most keys are apart. */
const TYPING_PAUSE_MS = 90;

/** Counts the threads for inference: more than four gain nothing on texts that a person types. */
function threadsHere(): number {
  return Math.min(4, navigator.hardwareConcurrency || 1);
}

/** An annotation with the text it was made from. */
interface ReadText {
  text: string;
  annotation: Annotation;
}

/** Text that a person types, and the entities that a model finds in it. */
export class Trying extends Shelf<ModelRecord> {
  text = $state('');
  /** Entities of `text`: as read, or moved along with what was typed since. */
  entities = $state.raw<TextEntity[]>([]);
  /** The last text the model has read to the end. */
  read = $state.raw<ReadText | undefined>();
  /** True while the model is being made ready: seconds for a big one. */
  loading = $state(false);
  readonly work = new Work();
  /** True if `entities` is the model's answer to exactly this text. */
  readonly settled = $derived(this.read?.text === this.text);
  readonly #infer: InferCalls;
  #loaded: Promise<boolean> | undefined;
  #loadedId: ModelId | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(infer: InferCalls, database: Database, onChange?: () => void) {
    super(
      {
        list: () => listModels(database),
        rename: (id, name) => renameModel(database, id, name),
        delete: (id) => deleteModel(database, id),
      },
      onChange,
    );
    this.#infer = infer;
  }

  /** Takes what was typed: marks move along at once, the model reads after a short pause. */
  type(text: string): void {
    this.entities = shiftEntities(this.entities, this.text, text);
    this.text = text;
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.annotate(), TYPING_PAUSE_MS);
  }

  /** Lets the model read the text now. An answer to an older text is moved along with what was typed since. */
  async annotate(): Promise<void> {
    const { text } = this;
    if (text.trim() === '') {
      this.entities = [];
      this.read = undefined;
      return;
    }
    if (!(await this.#load())) return;
    try {
      const annotation = await this.#infer.annotate(text);
      if (!annotation) return; // a later text replaced it
      this.read = { text, annotation };
      this.entities = shiftEntities(annotation.entities, text, this.text);
    } catch (error) {
      this.work.fail(error);
    }
  }

  async choose(id: ModelId): Promise<void> {
    if (id !== this.chosenId) this.entities = [];
    this.chosenId = id;
    this.news = '';
    this.read = undefined;
    await this.annotate();
  }

  /** Writes the last text that was read, with its entities, as a file. */
  write(format: 'json' | 'conll'): string {
    if (!this.read) return '';
    const { text, annotation } = this.read;
    return format === 'json'
      ? formatAnnotationJson(text, annotation.entities)
      : formatAnnotationColumns(text, annotation.words);
  }

  /** Checks and stores a dropped .onnx, and reads with it. */
  async take(file: File): Promise<ModelRecord | undefined> {
    const model = await this.work.run(`Checking ${file.name}`, 'Nothing was stored.', (report) =>
      this.#infer.importModel(file, report),
    );
    if (!model) return undefined;
    await this.refreshAfterChange();
    await this.choose(model.id);
    return model;
  }

  /** Gives the model's memory back; it is loaded again when a text is to be read. */
  async release(): Promise<void> {
    if (this.#loadedId === undefined) return;
    this.#forget();
    await this.#infer.release();
  }

  protected override fail(error: unknown, stays: string): void {
    this.work.fail(error, stays);
  }

  protected override chooseAmong(list: readonly ModelRecord[]): ModelId | undefined {
    this.#forget();
    this.read = undefined; // the other model reads the text anew
    return super.chooseAmong(list);
  }

  #forget(): void {
    this.#loaded = undefined;
    this.#loadedId = undefined;
  }

  #load(): Promise<boolean> {
    const id = this.chosenId;
    if (id === undefined) return Promise.resolve(false);
    if (this.#loaded && this.#loadedId === id) return this.#loaded;
    this.#loadedId = id;
    const loading = this.#loadNow(id);
    this.#loaded = loading;
    return loading;
  }

  async #loadNow(id: ModelId): Promise<boolean> {
    this.loading = true;
    try {
      await this.#infer.loadModel(id, threadsHere());
      return this.#loadedId === id;
    } catch (error) {
      if (this.#loadedId === id) this.#forget();
      this.work.fail(error);
      return false;
    } finally {
      this.loading = false;
    }
  }
}
