import type { RunId, RunRecord, RunSummary } from '../../storage/records';
import { findRun, listRuns } from '../../storage/runs/runs';
import type { Database } from '../../storage/schema';

/** The runs that are stored, and the one of them that is looked at. */
export class StoredRuns {
  /** Runs without their losses and predictions, newest first. */
  list = $state.raw<RunSummary[]>([]);
  /** The run looked at, whole; undefined while a new one is being set up. */
  shown = $state.raw<RunRecord | undefined>();
  readonly #database: Database;
  /** Id of the run that was last asked for; undefined for a new one, null before the list was first read. */
  #wantedId: RunId | undefined | null = null;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The lowest number above those of all runs that are named by number: `Run 3`. */
  get nextNumber(): number {
    const numbers = this.list.map(({ name }) => Number(/^Run (\d+)$/.exec(name)?.[1] ?? 0));
    return Math.max(0, ...numbers) + 1;
  }

  /** Reads the list and the run looked at; at first, that is the newest. */
  async refresh(): Promise<void> {
    const list = await listRuns(this.#database);
    if (this.#wantedId === null) this.#wantedId = list[0]?.id;
    await this.#readWanted();
    this.list = list;
  }

  /** Turns to a run. */
  async show(id: RunId): Promise<void> {
    this.turnTo(id);
    await this.#readWanted();
  }

  /** Turns to no run. */
  showNone(): void {
    this.#wantedId = undefined;
    this.shown = undefined;
  }

  /** Turns to a run at the next `refresh`. */
  turnTo(id: RunId): void {
    this.#wantedId = id;
  }

  /** Reads the run that was last asked for; an earlier call that ends later changes nothing. */
  async #readWanted(): Promise<void> {
    const id = this.#wantedId ?? undefined;
    const run = id === undefined ? undefined : await findRun(this.#database, id);
    if (id === (this.#wantedId ?? undefined)) this.shown = run;
  }
}
