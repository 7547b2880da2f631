import { deleteEncoder, isBundled, listEncoders, renameEncoder } from '../../storage/encoders';
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
  readonly bundled = $derived(this.list.find((each) => isBundled(each, BUNDLED_ENCODER.name)));
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
    this.news = '';
    return this.chosen ?? this.obtainBundled();
  }

  /** Gives the bundled encoder, and fetches it first if it is not stored yet; undefined if that failed. Another choice stays. */
  async obtainBundled(): Promise<EncoderRecord | undefined> {
    if (this.bundled) return this.bundled;
    const { name } = BUNDLED_ENCODER;
    return this.work.run(`Downloading ${name}`, 'Nothing was stored.', async (report) => {
      const encoder = await this.#data.fetchBundledEncoder(name, bundledEncoderUrl(), report);
      await this.refreshAfterChange();
      return encoder;
    });
  }

  /** Stores a Hugging Face folder a person dropped, and chooses it; a folder that is stored already is only chosen. */
  async take(files: readonly (File | DroppedFile)[]): Promise<EncoderRecord | undefined> {
    const dropped = withPaths(files);
    if (dropped.length === 0) return undefined;
    return this.work.run('Reading the encoder', 'Nothing was stored.', async (report) => {
      const before = this.list;
      const encoder = await this.#data.importEncoder(dropped, folderNameOf(dropped), report);
      await this.refreshAfterChange();
      this.chosenId = encoder.id;
      this.news = before.some(({ id }) => id === encoder.id)
        ? `This encoder is here already, as “${encoder.name}”; it is chosen, and nothing was stored twice.`
        : '';
      return encoder;
    });
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  protected override fail(error: unknown, stays: string): void {
    this.work.fail(error, stays);
  }

  protected override chooseAmong(list: readonly EncoderRecord[]): EncoderId {
    if (this.bundled) return this.bundled.id;
    const isMeant = this.ready && this.chosenId === 'bundled'; // not the first list, so the person has seen the choice
    return (isMeant ? undefined : list[0]?.id) ?? 'bundled';
  }

  protected override get nameOfChoice(): string {
    return this.chosen?.name ?? BUNDLED_ENCODER.name;
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
