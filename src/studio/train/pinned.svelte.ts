import type { Settings } from '../../browser/settings';
import type { TrainCalls } from '../../protocol/train-calls';
import { describeTrouble, type Trouble } from '../parts/trouble';

const STORAGE_KEY = 'tagwerk-pinned';
/** Limit of pinned sentences: each is tagged after every evaluation. */
export const MOST_PINNED = 12;

/** Sentences a person watches while a model learns; this browser remembers them. */
export class Pinned {
  texts = $state.raw<readonly string[]>([]);
  trouble = $state.raw<Trouble | undefined>();
  readonly #train: TrainCalls;
  readonly #storage: Settings;

  constructor(train: TrainCalls, storage: Settings) {
    this.#train = train;
    this.#storage = storage;
    this.texts = readTexts(storage.getItem(STORAGE_KEY));
  }

  /** Sends the pinned sentences to the worker: at the start and after every change. */
  async tell(): Promise<void> {
    try {
      await this.#train.pin([...this.texts]);
    } catch (error) {
      this.trouble = describeTrouble(error, 'The sentences stay pinned.');
    }
  }

  async add(...texts: readonly string[]): Promise<void> {
    const trimmed = texts.map((text) => text.trim()).filter((text) => text !== '');
    const others = this.texts.filter((text) => !trimmed.includes(text));
    await this.#set(eachOnce([...others, ...trimmed]));
  }

  async remove(text: string): Promise<void> {
    await this.#set(this.texts.filter((pinned) => pinned !== text));
  }

  async #set(texts: readonly string[]): Promise<void> {
    this.texts = texts;
    this.#storage.setItem(STORAGE_KEY, JSON.stringify(texts));
    await this.tell();
  }
}

/** Removes doubles, and keeps the newest up to the limit. */
function eachOnce(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(-MOST_PINNED);
}

/** Reads the stored sentences; none where they cannot be read. */
function readTexts(stored: string | null): string[] {
  try {
    const texts: unknown = JSON.parse(stored ?? '[]');
    if (!Array.isArray(texts)) return [];
    return eachOnce(texts.filter((text) => typeof text === 'string'));
  } catch {
    return []; // written by hand or by another version: nothing that could not be pinned again
  }
}
