import { deleteEncoder, listEncoders, renameEncoder } from '../../storage/encoders';
import type { Database } from '../../storage/schema';
import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { EncoderId, EncoderRecord } from '../../storage/records';
import { BUNDLED_ENCODER, bundledEncoderUrl } from './bundled-encoder';
import { withPaths } from '../drop/dropped-folders';
import { Work } from '../parts/work.svelte';

/** The encoders of this browser, and the one a run begins from. */
export class Encoders {
  list = $state.raw<EncoderRecord[]>([]);
  /** An encoder's id; `bundled` while the bundled one is wanted but not here yet. */
  chosenId = $state<EncoderId>('bundled');
  readonly chosen = $derived(this.list.find(({ id }) => id === this.chosenId));
  readonly bundledIsHere = $derived(this.list.some(({ name }) => name === BUNDLED_ENCODER.name));
  readonly work = new Work();
  readonly #data: DataCalls;
  readonly #database: Database;
  readonly #onChange: () => void;

  constructor(data: DataCalls, database: Database, onChange: () => void = () => undefined) {
    this.#data = data;
    this.#database = database;
    this.#onChange = onChange;
  }

  async refresh(): Promise<void> {
    try {
      this.list = await listEncoders(this.#database);
      if (!this.chosen) {
        const bundled = this.list.find(({ name }) => name === BUNDLED_ENCODER.name);
        this.chosenId = (bundled ?? this.list[0])?.id ?? 'bundled';
      }
    } catch (error) {
      this.work.fail(error, 'Reload the page; what is stored stays where it is.');
    }
  }

  /** Gives the chosen encoder, and fetches it first if it is the bundled one and not stored yet; undefined if that failed. */
  async obtain(): Promise<EncoderRecord | undefined> {
    if (this.chosen) return this.chosen;
    return this.#keep(
      await this.work.run(
        `Fetching ${BUNDLED_ENCODER.name}`,
        'Check that the page is still being served, then fetch it again.',
        (report) =>
          this.#data.fetchBundledEncoder(BUNDLED_ENCODER.name, bundledEncoderUrl(), report),
      ),
    );
  }

  /** Stores a Hugging Face folder a person dropped, and chooses it. */
  async take(files: readonly (File | DroppedFile)[]): Promise<EncoderRecord | undefined> {
    const dropped = withPaths(files);
    if (dropped.length === 0) return undefined;
    return this.#keep(
      await this.work.run(
        'Reading the encoder',
        'Nothing was stored. A folder needs config.json, vocab.txt or tokenizer.json, and model.safetensors.',
        (report) => this.#data.importEncoder(dropped, folderNameOf(dropped), report),
      ),
    );
  }

  async rename(id: EncoderId, name: string): Promise<void> {
    await this.#change(() => renameEncoder(this.#database, id, name));
  }

  async delete(id: EncoderId): Promise<void> {
    await this.#change(() => deleteEncoder(this.#database, id));
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

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  async #keep(encoder: EncoderRecord | undefined): Promise<EncoderRecord | undefined> {
    if (!encoder) return undefined;
    this.chosenId = encoder.id;
    await this.refresh();
    this.#onChange();
    return encoder;
  }
}

/** Finds the name of the nearest folder that holds all files of an encoder; empty for loose files. */
function folderNameOf(files: readonly DroppedFile[]): string {
  const folders = (files[0]?.path ?? '').split('/').slice(0, -1);
  while (folders.length > 0) {
    const folder = `${folders.join('/')}/`;
    if (files.every(({ path }) => path.startsWith(folder))) return folders.at(-1)!;
    folders.pop();
  }
  return '';
}
