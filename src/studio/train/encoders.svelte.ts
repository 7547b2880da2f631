import { openSettings, type Settings } from '../../browser/settings';
import { deleteEncoder, isBundled, listEncoders, renameEncoder } from '../../storage/encoders';
import type { Database } from '../../storage/schema';
import type { DataCalls } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import { DEFAULT_ENCODER, type BundledEncoder } from '../../recipe/bundled-encoders';
import type { EncoderId, EncoderRecord } from '../../storage/records';
import { bundledEncoderUrl } from './bundled-encoder';
import { bundledId, bundledNameIn, offersOf, type EncoderOffer } from './encoder-offer';
import { withPaths } from '../drop/dropped-folders';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

const STORAGE_KEY = 'tagwerk-encoder';

/**
 * The encoders that a run can begin from, and the one that the next run fine-tunes. One that comes with the page has an id of its own until it
 * is stored. A person's choice holds on later visits, too.
 */
export class Encoders extends Shelf<EncoderRecord> {
  readonly offers: readonly EncoderOffer[] = $derived(offersOf(this.list));
  readonly work = new Work();
  readonly #data: DataCalls;
  readonly #settings: Settings;

  constructor(
    data: DataCalls,
    database: Database,
    onChange?: () => void,
    settings: Settings = openSettings(),
  ) {
    super(
      {
        list: () => listEncoders(database),
        rename: (id, name) => renameEncoder(database, id, name),
        delete: (id) => deleteEncoder(database, id),
      },
      onChange,
    );
    this.#data = data;
    this.#settings = settings;
    this.chosenId = this.#kept ?? bundledId(DEFAULT_ENCODER.name);
  }

  /** The offer that is chosen. */
  get offer(): EncoderOffer {
    return this.offers.find(({ id }) => id === this.chosenId) ?? this.offers[0]!;
  }

  /** Chooses for the person, who stays with it until another choice. */
  choose(id: EncoderId): void {
    this.news = '';
    this.chosenId = id;
    const { bundled } = this.offer;
    this.#settings.setItem(STORAGE_KEY, bundled ? bundledId(bundled.name) : id);
  }

  /** Chooses what suits a corpus, unless the person has chosen, or the chosen encoder is stored already. */
  propose(id: EncoderId): void {
    if (this.#kept === undefined && !this.chosen) this.chosenId = id;
  }

  /** Gives the chosen encoder, and fetches it first if it comes with the page and is not stored yet; undefined if that failed. */
  async obtain(): Promise<EncoderRecord | undefined> {
    this.news = '';
    return this.chosen ?? this.obtainBundled(this.offer.bundled);
  }

  /** Gives an encoder that comes with the page, and fetches it first if it is not stored yet; undefined if that failed. The choice stays. */
  async obtainBundled(
    bundled: BundledEncoder = DEFAULT_ENCODER,
  ): Promise<EncoderRecord | undefined> {
    const { name } = bundled;
    const offer = this.offers.find((each) => each.bundled?.name === name);
    if (offer?.stored) return offer.stored;
    return this.work.run(`Downloading ${name}`, 'Nothing was stored.', async (report) => {
      const encoder = await this.#data.fetchBundledEncoder(
        name,
        bundledEncoderUrl(bundled),
        report,
      );
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
      this.choose(encoder.id);
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

  /** Chooses again when the chosen one is not on the shelf: it may come with the page and not be stored, or have been deleted. */
  protected override chooseAmong(list: readonly EncoderRecord[]): EncoderId {
    const offers = offersOf(list);
    const kept = this.#kept;
    const meant = this.ready ? this.chosenId : kept;
    const name = bundledNameIn(meant) ?? bundledNameIn(kept);
    if (kept !== undefined && bundledNameIn(kept) === undefined) this.#forget();
    // One that an earlier build came with is among a person's own.
    const named = offers.find(({ bundled, stored }) => {
      return name !== undefined && (stored ? isBundled(stored, name) : bundled?.name === name);
    });
    if (named) return named.id;
    const standard = offers.find(({ bundled }) => bundled === DEFAULT_ENCODER)!;
    return standard.stored ? standard.id : (list[0]?.id ?? standard.id);
  }

  protected override get nameOfChoice(): string {
    return this.offer.name;
  }

  /** Id of the person's choice, as this browser remembers it; undefined where there is none. */
  get #kept(): EncoderId | undefined {
    return this.#settings.getItem(STORAGE_KEY) ?? undefined;
  }

  #forget(): void {
    this.#settings.removeItem(STORAGE_KEY);
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
