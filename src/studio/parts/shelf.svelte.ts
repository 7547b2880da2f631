/** Storage calls behind a shelf. */
export interface ShelfStorage<Item> {
  list: () => Promise<Item[]>;
  rename: (id: string, name: string) => Promise<void>;
  delete: (id: string) => Promise<void>;
}

/** Stored things of one kind, as the page lists them: their list, the one that is chosen, and the calls that rename and delete them. */
export abstract class Shelf<Item extends { id: string }> {
  list = $state.raw<Item[]>([]);
  /** True once the list was read: only then is an empty one known to be empty. */
  ready = $state(false);
  chosenId = $state<string | undefined>();
  readonly chosen = $derived(this.list.find(({ id }) => id === this.chosenId));
  readonly #storage: ShelfStorage<Item>;
  readonly #onChange: () => void;

  /** `onChange` is called after something on the shelf was changed. */
  constructor(storage: ShelfStorage<Item>, onChange: () => void = () => undefined) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /** Reads the list anew. A failure is told, and the list stays as it was. */
  async refresh(): Promise<void> {
    try {
      await this.put(await this.#storage.list());
      this.ready = true;
    } catch (error) {
      this.fail(error, 'What is stored stays where it is.');
    }
  }

  rename(id: string, name: string): Promise<void> {
    return this.#change(() => this.#storage.rename(id, name));
  }

  delete(id: string): Promise<void> {
    return this.#change(() => this.#storage.delete(id));
  }

  /** Tells a failure; `stays` says what is as it was. */
  protected abstract fail(error: unknown, stays: string): void;

  /** Puts a list that was read on the shelf. */
  protected put(list: Item[]): void | Promise<void> {
    this.list = list;
    if (!this.chosen) this.chosenId = this.chooseAmong(list);
  }

  /** Chooses an item when the chosen one is not on the shelf: the first, unless a shelf knows better. */
  protected chooseAmong(list: readonly Item[]): string | undefined {
    return list[0]?.id;
  }

  /** Reads the list anew after a change, and tells of the change. */
  protected async refreshAfterChange(): Promise<void> {
    await this.refresh();
    this.#onChange();
  }

  async #change(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      await this.refreshAfterChange();
    } catch (error) {
      this.fail(error, 'Nothing was changed.');
    }
  }
}
