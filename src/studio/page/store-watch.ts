import { followChanges } from '../../storage/changes';
import { RECORD_STORES, type RecordStore } from '../../storage/record-stores';
import type { Database } from '../../storage/schema';

/** Keeps the page's lists those of the store, whichever window or worker changes it. */
export class StoreWatch {
  readonly #refresh: Record<RecordStore, () => Promise<unknown>>;
  readonly #afterwards: () => Promise<unknown>;
  readonly #wanted = new Set<RecordStore>();
  #isReading = false;

  /** `refresh` reads the lists of a store again; `afterwards` is called once all that were wanted have been read. */
  constructor(
    refresh: Record<RecordStore, () => Promise<unknown>>,
    afterwards: () => Promise<unknown>,
  ) {
    this.#refresh = refresh;
    this.#afterwards = afterwards;
  }

  /** Reads lists again whenever their store is written. Returns the call that ends this. */
  follow(database: Database): () => void {
    return followChanges(database, (stores) => void this.read(stores));
  }

  /** Reads the lists of some stores again, by default of all; what is wanted while they are read is read once more after that. */
  async read(stores: readonly RecordStore[] = RECORD_STORES): Promise<void> {
    for (const store of stores) this.#wanted.add(store);
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#wanted.size > 0) {
        const now = [...this.#wanted];
        this.#wanted.clear();
        await Promise.all(now.map((store) => this.#refresh[store]()));
        await this.#afterwards();
      }
    } finally {
      this.#isReading = false;
    }
  }
}
