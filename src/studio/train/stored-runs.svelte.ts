import type { RunId, RunRecord, RunSummary } from '../../storage/records';
import { findCheckpoint } from '../../storage/runs/checkpoints';
import { deleteRun, findRun, listRuns, renameRun } from '../../storage/runs/runs';
import type { Database } from '../../storage/schema';
import { isSameValue } from '../parts/same-value';
import { Shelf } from '../parts/shelf.svelte';

/** The stored runs, newest first and without their losses and predictions, and the whole record of the run in view. */
export class StoredRuns extends Shelf<RunSummary> {
  /** The run in view, whole; undefined while a new one is being set up. */
  shown = $state.raw<RunRecord | undefined>();
  /** Step of its checkpoint that training would go on from; 0 where there is none. */
  resumesAt = $state(0);
  readonly #database: Database;
  readonly #onTrouble: (error: unknown, stays: string) => void;
  #isSettingUp = false;

  constructor(
    database: Database,
    onChange: () => void,
    onTrouble: (error: unknown, stays: string) => void,
  ) {
    super(
      {
        list: () => listRuns(database),
        rename: (id, name) => renameRun(database, id, name),
        delete: (id) => deleteRun(database, id),
      },
      onChange,
    );
    this.#database = database;
    this.#onTrouble = onTrouble;
  }

  /** The lowest number above those of all runs that are named by number: `Run 3`. */
  get nextNumber(): number {
    const numbers = this.list.map(({ name }) => Number(/^Run (\d+)$/.exec(name)?.[1] ?? 0));
    return Math.max(0, ...numbers) + 1;
  }

  /** Turns to a run. */
  async show(id: RunId): Promise<void> {
    this.turnTo(id);
    try {
      await this.#readChosen();
    } catch (error) {
      this.fail(error, 'What is stored stays where it is.');
    }
  }

  /** Turns to no run. */
  showNone(): void {
    this.#isSettingUp = true;
    this.chosenId = undefined;
    this.shown = undefined;
  }

  /** Turns to a run at the next `refresh`. */
  turnTo(id: RunId): void {
    this.chosenId = id;
  }

  protected override fail(error: unknown, stays: string): void {
    this.#onTrouble(error, stays);
  }

  /** Puts the list on the shelf together with the run in view, which at first is the newest. */
  protected override async put(list: RunSummary[]): Promise<void> {
    if (!this.ready && !this.#isSettingUp) this.chosenId ??= list[0]?.id;
    const before = this.shown;
    await this.#readChosen();
    this.replaceList(list);
    if (before && before.id === this.chosenId && !this.shown) {
      this.chosenId = undefined;
      this.tellLoss(before);
    }
  }

  /** Reads the run that was last asked for; an earlier call that ends later changes nothing. */
  async #readChosen(): Promise<void> {
    const id = this.chosenId;
    const run = id === undefined ? undefined : await findRun(this.#database, id);
    const latest = run && (await findCheckpoint(this.#database, run.id, 'latest'));
    if (id !== this.chosenId) return;
    if (!isSameValue(run, this.shown)) this.shown = run;
    this.resumesAt = latest?.step ?? 0;
  }
}
