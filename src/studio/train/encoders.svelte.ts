import { deleteEncoder, listEncoders, renameEncoder } from '../../storage/encoders';
import type { Database } from '../../storage/schema';
import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { EncoderId, EncoderRecord } from '../../storage/records';
import { BUNDLED_ENCODER, bundledEncoderUrl } from './bundled-encoder';
import { withPaths } from '../drop/dropped-folders';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

/** The encoders of this browser, and the one that the next run fine-tunes: its id is `bundled` until the bundled one is stored. */
export class Encoders extends Shelf<EncoderRecord> {
  readonly bundledIsHere = $derived(this.list.some(({ name }) => name === BUNDLED_ENCODER.name));
  readonly work = new Work();
  readonly #data: DataCalls;

  constructor(data: DataCalls, database: Database, onChange?: () => void) {
    super(
      {
        list: () => listEncoders(database),
        rename: (id, name) => renameEncoder(database, id, name),
        delete: (id) => deleteEncoder(database, id),
      },
      onChange,
    );
    this.#data = data;
    this.chosenId = 'bundled';
  }

  /** Gives the chosen encoder, and fetches it first if it is the bundled one and not stored yet; undefined if that failed. */
  async obtain(): Promise<EncoderRecord | undefined> {
    if (this.chosen) return this.chosen;
    return this.#keep(
      await this.work.run(`Downloading ${BUNDLED_ENCODER.name}`, 'Nothing was stored.', (report) =>
        this.#data.fetchBundledEncoder(BUNDLED_ENCODER.name, bundledEncoderUrl(), report),
      ),
    );
  }

  /** Stores a Hugging Face folder a person dropped, and chooses it. */
  async take(files: readonly (File | DroppedFile)[]): Promise<EncoderRecord | undefined> {
    const dropped = withPaths(files);
    if (dropped.length === 0) return undefined;
    return this.#keep(
      await this.work.run('Reading the encoder', 'Nothing was stored.', (report) =>
        this.#data.importEncoder(dropped, folderNameOf(dropped), report),
      ),
    );
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  protected override fail(error: unknown, stays: string): void {
    this.work.fail(error, stays);
  }

  protected override chooseAmong(list: readonly EncoderRecord[]): EncoderId {
    const bundled = list.find(({ name }) => name === BUNDLED_ENCODER.name);
    return (bundled ?? list[0])?.id ?? 'bundled';
  }

  async #keep(encoder: EncoderRecord | undefined): Promise<EncoderRecord | undefined> {
    if (!encoder) return undefined;
    this.chosenId = encoder.id;
    await this.refreshAfterChange();
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
