import { SerialQueue } from '../../async/serial-queue';
import type { RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import {
  CorpusChangedError,
  readDevErrors,
  readErrorSentences,
  type DevErrors,
  type ErrorPlace,
  type ErrorSentence,
  type RunWithPredictions,
} from './dev-errors';
import {
  findConfusions,
  isChosen,
  tabulate,
  type Confusion,
  type ErrorChoice,
  type ErrorRow,
} from './error-table';
import { describeTrouble, type Trouble } from '../parts/trouble';

/** Sentences added to the list at a time. */
const PAGE_SENTENCES = 20;

/** Where the best epoch of the run in view errs on dev: counts by type and kind, and the sentences behind one of them. */
export class ErrorAnalysis {
  /** Undefined while dev is read, and where there is nothing to show. */
  rows = $state.raw<ErrorRow[] | undefined>();
  confusions = $state.raw<Confusion[]>([]);
  /** Why there is nothing to show; no failure. */
  absence = $state('');
  trouble = $state.raw<Trouble | undefined>();
  choice = $state.raw<ErrorChoice | undefined>();
  /** Those read so far of the sentences behind the choice; each with the errors that were chosen. */
  sentences = $state.raw<ErrorSentence[]>([]);
  readonly #database: Database;
  #chosen = $state.raw<ErrorPlace[]>([]);
  #run: RunWithPredictions | undefined;
  #errors: DevErrors | undefined;
  #key = '';
  readonly #reading = new SerialQueue();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Errors and sentences behind the choice. */
  get found(): { errors: number; sentences: number } {
    const errors = this.#chosen.reduce((sum, place) => sum + place.errors.length, 0);
    return { errors, sentences: this.#chosen.length };
  }

  /** Turns to a run; does nothing where it is in view already and the hash of its corpus is as it was. */
  async open(run: RunRecord, corpusHash: string | undefined): Promise<void> {
    const { bestPredictions } = run;
    const key = [run.id, run.bestEpoch, bestPredictions?.epoch, corpusHash].join(' ');
    if (key === this.#key) return;
    this.#key = key;
    this.rows = undefined;
    this.trouble = undefined;
    this.close();
    const absence = whyNotKept(run);
    this.absence = absence;
    if (absence !== '' || !bestPredictions) return;
    const opened = { ...run, bestPredictions };
    const isWanted = () => this.#key === key;
    try {
      const errors = await readDevErrors(this.#database, opened, isWanted);
      if (!errors || !isWanted()) return;
      const all = errors.places.flatMap((place) => place.errors);
      this.#run = opened;
      this.#errors = errors;
      this.confusions = findConfusions(all);
      this.rows = tabulate(run.labels, errors.goldCounts, all);
    } catch (error) {
      if (isWanted()) this.#fail(error);
    }
  }

  /** Shows the sentences behind a count. */
  async choose(choice: ErrorChoice): Promise<void> {
    this.choice = choice;
    this.sentences = [];
    this.#chosen = (this.#errors?.places ?? []).flatMap((place) => {
      const errors = place.errors.filter((error) => isChosen(error, choice));
      return errors.length > 0 ? [{ ...place, errors }] : [];
    });
    await this.more();
  }

  /** Reads the next sentences behind the choice. */
  more(): Promise<void> {
    return this.#reading.run(() => this.#readMore());
  }

  close(): void {
    this.choice = undefined;
    this.sentences = [];
    this.#chosen = [];
  }

  async #readMore(): Promise<void> {
    const run = this.#run;
    const chosen = this.#chosen;
    const before = this.sentences;
    const next = chosen.slice(before.length, before.length + PAGE_SENTENCES);
    if (!run || next.length === 0) return;
    try {
      const read = await readErrorSentences(this.#database, run, next);
      if (chosen === this.#chosen) this.sentences = [...before, ...read];
    } catch (error) {
      if (chosen === this.#chosen) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.rows = undefined;
    this.close();
    if (error instanceof CorpusChangedError) this.absence = error.message;
    else this.trouble = describeTrouble(error, 'Reload the page to read dev again.');
  }
}

/** Empty where the best epoch's predictions are there. */
function whyNotKept({ bestPredictions }: RunRecord): string {
  if (bestPredictions) return '';
  return 'This run was made before errors were kept; a new run keeps them.';
}
