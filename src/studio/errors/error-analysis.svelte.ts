import { SerialQueue } from '../../async/serial-queue';
import type { RunRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import {
  CorpusChangedError,
  readDevErrors,
  readErrorSentences,
  type DevErrors,
  type ErrorSentence,
  type RunWithPredictions,
  type SentenceErrors,
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

/** Errors of a run's best epoch on dev: counts by type and kind, and the sentences behind a count. */
export class ErrorAnalysis {
  /** Counts by entity type; undefined while dev is read, and where there is nothing to show. */
  rows = $state.raw<ErrorRow[] | undefined>();
  confusions = $state.raw<Confusion[]>([]);
  /** Reason that there is nothing to show, which is no failure. */
  absence = $state('');
  trouble = $state.raw<Trouble | undefined>();
  choice = $state.raw<ErrorChoice | undefined>();
  /** Sentences behind the choice that were read so far, each with the errors that were chosen. */
  sentences = $state.raw<ErrorSentence[]>([]);
  readonly #database: Database;
  #chosen = $state.raw<SentenceErrors[]>([]);
  #run: RunWithPredictions | undefined;
  #errors: DevErrors | undefined;
  #key = '';
  readonly #reading = new SerialQueue();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Number of errors and of sentences behind the choice. */
  get found(): { errors: number; sentences: number } {
    const errors = this.#chosen.reduce((sum, sentence) => sum + sentence.errors.length, 0);
    return { errors, sentences: this.#chosen.length };
  }

  /** Turns to a run. Does nothing if it is in view already and the hash of its corpus has not changed. */
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
      const all = errors.sentences.flatMap((sentence) => sentence.errors);
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
    this.#chosen = (this.#errors?.sentences ?? []).flatMap((sentence) => {
      const errors = sentence.errors.filter((error) => isChosen(error, choice));
      return errors.length > 0 ? [{ ...sentence, errors }] : [];
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
    else this.trouble = describeTrouble(error);
  }
}

/** Explains why there are no errors to show; empty if the best epoch's predictions are stored. */
function whyNotKept({ bestPredictions }: RunRecord): string {
  if (bestPredictions) return '';
  return 'An older version of this page trained this run and kept no predictions. Train a new run to see its errors.';
}
