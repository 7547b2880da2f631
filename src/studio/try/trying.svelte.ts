import type { PartialReading, TextReading } from '../../infer/annotation';
import type { AnnotationFormat } from '../../ner/annotation-formats';
import {
  joinEntities,
  NO_ENTITIES,
  countEntities,
  type EntityColumns,
} from '../../ner/entity-columns';
import {
  countRanges,
  firstStartingAt,
  joinRanges,
  NO_RANGES,
  type TextRanges,
} from '../../ner/text-ranges';
import { Failure } from '../../messages/failure';
import { proxied } from '../../protocol/connect';
import type { InferCalls } from '../../protocol/infer-calls';
import { deleteModel, listModels, renameModel } from '../../storage/models';
import type { ModelId, ModelRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { findEdit, shiftEntities, shiftRanges, type TextEdit } from './entity-shift';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

/** Pause in typing after which the model reads the text: too short for a person to notice, longer than most keys are apart. */
const TYPING_PAUSE_MS = 90;

/** Counts the threads for inference: more than four gain nothing on texts that a person types. */
function threadsHere(): number {
  return Math.min(4, navigator.hardwareConcurrency || 1);
}

/** Most code units of a text. A longer one would be read for many minutes; the command line tags whole files. */
export const LONGEST_TEXT = 5_000_000;

/** A text that the model has read to its end. */
interface ReadText extends Pick<TextReading, 'readMs'> {
  text: string;
}

/** Text that a person types, and the entities that a model finds in it. */
export class Trying extends Shelf<ModelRecord> {
  text = $state('');
  /** Entities of `text`: as read, or moved along with what was typed since. */
  entities = $state.raw<EntityColumns>(NO_ENTITIES);
  /** Words of `text` that the model cannot read, for its file lacks their word pieces: as read, or moved along. */
  unreadable = $state.raw<TextRanges>(NO_RANGES);
  /** The last text that the model has read to its end. */
  read = $state.raw<ReadText | undefined>();
  /** Progress of a reading that takes longer than a moment. */
  progress = $state.raw<Pick<PartialReading, 'done' | 'total'> | undefined>();
  /** True while the model is being made ready: seconds for a big one. */
  loading = $state(false);
  readonly work = new Work();
  /** True if `entities` is the model's answer to exactly this text: not while a text that was edited and put back is read again. */
  settled = $state(false);
  readonly #infer: InferCalls;
  #loaded: Promise<boolean> | undefined;
  #loadedId: ModelId | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  /** Count of the readings that were asked for. */
  #turn = 0;
  /** Edits since the last of them. */
  #edits: TextEdit[] = [];

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

  /** Takes what was typed: marks move along at once, the model reads after a short pause. `edit` is where the text differs from before. */
  type(text: string, edit: TextEdit = findEdit(this.text, text)): void {
    this.entities = shiftEntities(this.entities, edit);
    this.unreadable = shiftRanges(this.unreadable, edit);
    this.text = text;
    this.settled = false;
    this.#edits.push(edit);
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.annotate(), TYPING_PAUSE_MS);
  }

  /** Lets the model read the text now; an older reading ends. The answer moves along with the edits made meanwhile. */
  async annotate(): Promise<void> {
    const { text } = this;
    const turn = ++this.#turn;
    this.#edits = [];
    if (text.trim() === '') {
      this.#forgetReading();
      return;
    }
    try {
      if (!(await this.#load())) return;
      const takePart = (part: PartialReading) => {
        if (turn === this.#turn) this.#takePart(part);
      };
      const reading = await this.#infer.annotate(text, proxied(takePart));
      if (!reading || turn !== this.#turn) return; // a later text replaces it
      this.read = { text, readMs: reading.readMs };
      this.entities = this.#edits.reduce(shiftEntities, reading.entities);
      this.unreadable = this.#edits.reduce(shiftRanges, reading.unreadable);
      this.settled = this.#edits.length === 0;
    } catch (error) {
      this.work.fail(error);
    } finally {
      if (turn === this.#turn) this.progress = undefined;
    }
  }

  async choose(id: ModelId): Promise<void> {
    if (id !== this.chosenId) this.#forgetReading();
    this.chosenId = id;
    this.news = '';
    this.read = undefined;
    this.settled = false;
    await this.annotate();
  }

  /** Writes the text that stands here, with its entities, as a file; what was read already is not read again. */
  async write(format: AnnotationFormat): Promise<Blob> {
    const { text } = this;
    if (!(await this.#load())) {
      throw new Failure(
        'The model that read this text cannot be loaded again.',
        'Choose another one.',
      );
    }
    return this.#infer.writeAnnotation(text, format);
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
    this.#forgetReading();
    return super.chooseAmong(list);
  }

  /** Shows what was found so far; what stands behind it keeps its marks of before. */
  #takePart({ entities, unreadable, end, done, total }: PartialReading): void {
    this.progress = { done, total };
    if (this.#edits.length > 0) return; // the reading of the new text is about to begin
    const unread = firstStartingAt(this.entities, end);
    this.entities = joinEntities(entities, countEntities(entities), this.entities, unread);
    const behind = firstStartingAt(this.unreadable, end);
    this.unreadable = joinRanges(unreadable, countRanges(unreadable), this.unreadable, behind);
  }

  #forgetReading(): void {
    this.entities = NO_ENTITIES;
    this.unreadable = NO_RANGES;
    this.read = undefined;
    this.settled = false;
    this.progress = undefined;
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
