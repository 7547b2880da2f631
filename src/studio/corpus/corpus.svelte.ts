import { deleteCorpus, listCorpora, renameCorpus } from '../../storage/corpora/corpora';
import type { Database } from '../../storage/schema';
import type { FormatReading } from '../../data/format/detected-format';
import type { PassedOver } from '../../data/findings/passed-over';
import type { CorpusImport, DataCalls, ImportChoice } from '../../protocol/data-calls';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { SplitName } from '../../ner/sentence';
import type { CorpusFile, CorpusId, CorpusRecord } from '../../storage/records';
import { ByHand, type FileInHand } from '../format/by-hand.svelte';
import { choiceBehind } from '../format/choice-behind';
import { nameOfFiles } from '../drop/drop-routing';
import { withPaths } from '../drop/dropped-folders';
import { Mending } from './mending.svelte';
import { withAnswer, type OpenQuestion } from '../format/open-questions';
import { PreviewTurns } from '../format/preview-turns';
import { Shelf } from '../parts/shelf.svelte';
import { Work } from '../parts/work.svelte';

/** The corpora of this browser, and the one that is shown and trained on. */
export class Corpora extends Shelf<CorpusRecord> {
  readonly errors = $derived(countErrors(this.chosen));
  /** Training waits while rows have errors that the person has neither fixed nor dropped. */
  readonly trainable = $derived(
    this.chosen !== undefined && (this.errors === 0 || this.chosen.errorsDropped),
  );
  /** A drop that could not be read, with its files. */
  refused = $state.raw<CorpusImport | undefined>();
  /** The choice of its columns by hand, once the person has begun it. */
  byHand = $state.raw<ByHand | undefined>();
  readonly work = new Work();
  readonly mending: Mending;
  readonly #data: DataCalls;
  readonly #turns = new PreviewTurns();

  constructor(data: DataCalls, database: Database, onChange?: () => void) {
    super(
      {
        list: () => listCorpora(database),
        rename: (id, name) => renameCorpus(database, id, name),
        delete: (id) => deleteCorpus(database, id),
      },
      onChange,
    );
    this.#data = data;
    this.mending = new Mending(data, database, () => this.refreshAfterChange());
  }

  /** Reads dropped files into a new corpus and chooses it; `passedOver` names the other files of the drop. */
  async take(
    files: readonly (File | DroppedFile)[],
    name?: string,
    passedOver: readonly PassedOver[] = [],
  ): Promise<CorpusRecord | undefined> {
    const dropped = withPaths(files);
    if (dropped.length === 0) return undefined;
    this.byHand = undefined;
    return this.#takeDrop({
      ...{ name: name ?? nameOfFiles(dropped), files: dropped, passedOver: [...passedOver] },
    });
  }

  /** Opens the choice of columns for the files that were refused. */
  async chooseByHand(): Promise<void> {
    if (!this.refused) return;
    const files = this.refused.files.map(({ file, path = file.name, choice }) => ({
      name: path,
      source: file,
      choice: choice?.format ?? {},
    }));
    const { what = '' } = this.work.trouble ?? {};
    const named = files.findIndex(({ name }) => what.startsWith(`${name}:`));
    this.work.dismiss(); // the table shows what is the matter
    const byHand = new ByHand(this.#data, this.#turns, files, {
      ...{ at: Math.max(0, named), looksAtAll: true },
    });
    this.byHand = byHand;
    await byHand.sortRefusedFirst();
  }

  /** Reads the refused files as they were chosen by hand. */
  async takeByHand(): Promise<CorpusRecord | undefined> {
    const { refused, byHand } = this;
    if (!refused || !byHand) return undefined;
    const files = refused.files.flatMap((each) => {
      const chosen = byHand.files.find(({ source }) => source === each.file);
      const { isLeftOut = false, choice = {} } = chosen ?? {};
      return isLeftOut ? [] : [{ ...each, choice: { ...each.choice, format: choice } }];
    });
    return this.#takeDrop({ ...refused, files });
  }

  /** Opens the choice of columns for a file of a stored corpus; it may apply to the corpus' other files too. */
  openByHand(corpus: CorpusRecord, file: CorpusFile): ByHand {
    const isSeeded = corpus.splitSeed !== undefined;
    const files = corpus.files.map((each, index) => ({
      name: each.name,
      source: { corpusId: corpus.id, file: index },
      choice: choiceBehind(each, isSeeded).format ?? {},
    }));
    const at = corpus.files.indexOf(file);
    return new ByHand(this.#data, this.#turns, files, { at });
  }

  /** Gives up a drop that was refused. */
  putAway(): void {
    this.work.dismiss();
    this.refused = undefined;
    this.byHand = undefined;
  }

  /** Fetches files and reads them into a corpus of that name. */
  async takeFrom(
    name: string,
    fetchFiles: () => Promise<File[]>,
  ): Promise<CorpusRecord | undefined> {
    return this.#read(`Reading the ${name}`, async (report) => {
      const files = (await fetchFiles()).map((file) => ({ file }));
      return this.#data.importCorpus({ name, files }, report);
    });
  }

  /** Reads the chosen corpus again with one file's choices changed; the choices made before stay. */
  async reread(file: CorpusFile, change: ImportChoice): Promise<void> {
    await this.#readAgain('again', (each, before) =>
      each.name === file.name
        ? { ...before, ...change, format: { ...before.format, ...change.format } }
        : before,
    );
  }

  /** Reads the chosen corpus again, its files as they were chosen by hand; `own` is the split of the one whose choices are open. */
  async readByHand(
    files: readonly FileInHand[],
    own: { name: string; split: SplitName | undefined },
  ): Promise<void> {
    await this.#readAgain('as you chose', ({ name }, before) => {
      const format = files.find((each) => each.name === name)?.choice ?? before.format ?? {};
      if (name !== own.name) return { ...before, format };
      return own.split === undefined ? { format } : { format, split: own.split };
    });
  }

  /** Takes one of the readings that files leave open, in all that ask. */
  async answer(question: OpenQuestion, reading: FormatReading): Promise<void> {
    await this.#readAgain('again', (file, before) =>
      question.files.includes(file.name)
        ? { ...before, format: withAnswer(file, question, reading) }
        : before,
    );
  }

  /** Reads the chosen corpus again with the same choices, for a report by this version of the page. */
  async recheck(): Promise<void> {
    await this.#readAgain('again', (_, before) => before);
  }

  /** Leaves out the rows with errors, so that training can begin. */
  async dropErrors(): Promise<void> {
    await this.#readAgain('without the rows that have errors', (_, before) => before, true);
  }

  choose(id: CorpusId): void {
    this.chosenId = id;
    this.news = '';
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  protected override fail(error: unknown, stays: string): void {
    this.work.fail(error, stays);
  }

  async #takeDrop(request: CorpusImport): Promise<CorpusRecord | undefined> {
    let isRefused = false;
    this.news = '';
    const before = this.list;
    const corpus = await this.#read(`Reading ${request.name}`, async (report) => {
      try {
        return await this.#data.importCorpus(request, report);
      } catch (error) {
        isRefused = isUnreadable(error);
        throw error;
      }
    });
    if (corpus && before.some(({ id }) => id === corpus.id)) {
      this.news = `These files are here already, as “${corpus.name}”; it is chosen, and nothing was stored twice.`;
    }
    this.refused = isRefused ? request : undefined;
    if (!isRefused) this.byHand = undefined;
    return corpus;
  }

  async #readAgain(
    how: string,
    choiceOf: (file: CorpusFile, before: ImportChoice) => ImportChoice,
    dropErrors = this.chosen?.errorsDropped ?? false,
  ): Promise<void> {
    const corpus = this.chosen;
    if (!corpus) return;
    const isSeeded = corpus.splitSeed !== undefined;
    const choices = Object.fromEntries(
      corpus.files.map((file) => [file.name, choiceOf(file, choiceBehind(file, isSeeded))]),
    );
    await this.#read(`Reading ${corpus.name} ${how}`, (report) =>
      this.#data.rereadCorpus(corpus.id, choices, dropErrors, report),
    );
  }

  async #read(
    title: string,
    call: (report: Parameters<DataCalls['importCorpus']>[1]) => Promise<CorpusRecord>,
  ): Promise<CorpusRecord | undefined> {
    return this.work.run(title, 'Nothing was changed.', async (report) => {
      const corpus = await call(report);
      // Still as part of the work, so that the page turns from its progress straight to the corpus.
      await this.refreshAfterChange();
      this.choose(corpus.id);
      return corpus;
    });
  }
}

/** Counts the rows with error-level findings in all files. */
export function countErrors(corpus: CorpusRecord | undefined): number {
  return corpus?.files.reduce((sum, file) => sum + file.errors, 0) ?? 0;
}

/** Tells whether a file was not understood, so that a choice of its columns by hand may help. A name is what is left of an error's class here. */
export function isUnreadable(error: unknown): error is Error {
  return error instanceof Error && error.name === 'UnreadableFileError';
}
