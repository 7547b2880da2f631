import { SerialQueue } from '../../async/serial-queue';
import { keepSame } from './same-value';

/** Storage calls behind a shelf. */
export interface ShelfStorage<Item> {
  list: () => Promise<Item[]>;
  rename: (id: string, name: string) => Promise<void>;
  delete: (id: string) => Promise<void>;
}

/** Stored things of one kind, as the page lists them: their list, the one that is chosen, and the calls that rename and delete them. */
export abstract class Shelf<Item extends { id: string; name: string }> {
  list = $state.raw<Item[]>([]);
  /** True once the list was read: only then is an empty one known to be empty. */
  ready = $state(false);
  chosenId = $state<string | undefined>();
  /** Sentence about what became of the choice without the person's doing; empty while there is nothing to tell. */
  news = $state('');
  readonly chosen = $derived(this.list.find(({ id }) => id === this.chosenId));
  readonly #storage: ShelfStorage<Item>;
  readonly #onChange: () => void;
  /** Ids of items that this page deletes, whose absence is no news. */
  #deletedHere: readonly string[] = [];
  readonly #readings = new SerialQueue();

  /** `onChange` is called after something on the shelf was changed. */
  constructor(storage: ShelfStorage<Item>, onChange: () => void = () => undefined) {
    this.#storage = storage;
    this.#onChange = onChange;
  }

  /** Reads the list anew. A failure is told, and the list stays as it was. */
  refresh(): Promise<void> {
    // One after another, so that no older list is put over a newer one.
    return this.#readings.run(async () => {
      try {
        await this.put(await this.#storage.list());
        this.ready = true;
      } catch (error) {
        this.fail(error, 'What is stored stays where it is.');
      }
    });
  }

  rename(id: string, name: string): Promise<void> {
    return this.#change(() => this.#storage.rename(id, name));
  }

  async delete(id: string): Promise<void> {
    this.expectDeletion(id);
    await this.#change(() => this.#storage.delete(id));
    if (!this.list.some((item) => item.id === id)) return;
    this.#deletedHere = this.#deletedHere.filter((each) => each !== id); // it was refused
  }

  /** Notes that this page deletes an item, so that its absence is no news. */
  expectDeletion(id: string): void {
    this.#deletedHere = [...this.#deletedHere, id];
  }

  /** Tells a failure; `stays` says what is as it was. */
  protected abstract fail(error: unknown, stays: string): void;

  /** Puts a list that was read on the shelf. */
  protected put(list: Item[]): void | Promise<void> {
    const before = this.chosen;
    this.replaceList(list);
    if (this.chosen) return;
    this.chosenId = this.chooseAmong(list);
    if (before) this.tellLoss(before);
  }

  /** Puts a list in the place of the one before; what did not change stays the same object. */
  protected replaceList(list: readonly Item[]): void {
    const kept = keepSame(this.list, list);
    const isSame =
      kept.length === this.list.length && kept.every((item, at) => item === this.list[at]);
    if (!isSame) this.list = kept;
  }

  /** Tells that the chosen item is gone, unless this page deleted it. */
  protected tellLoss({ id, name }: { id: string; name: string }): void {
    if (this.#deletedHere.includes(id)) return;
    const next = this.nameOfChoice;
    this.news =
      `“${name}” was deleted in another window of this browser.` +
      (next === undefined ? '' : ` “${next}” is chosen now.`);
  }

  /** Name of what is chosen now; undefined where nothing is. */
  protected get nameOfChoice(): string | undefined {
    return this.chosen?.name;
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
