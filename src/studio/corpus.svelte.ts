import { deleteCorpus, listCorpora, renameCorpus } from '../storage/corpora';
import type { Database } from '../storage/schema';
import type { ColumnFormat } from '../data/column-format';
import type { PassedOver } from '../data/passed-over';
import type { DataCalls, ImportChoice } from '../protocol/data-calls';
import type { DroppedFile } from '../protocol/dropped-file';
import type { CorpusFile, CorpusId, CorpusRecord } from '../storage/records';
import { nameOfFiles } from './drop-routing';
import { withPaths } from './dropped-folders';
import { Mending } from './mending.svelte';
import { Work } from './work.svelte';

/** The corpora of this browser, and the one in hand. */
export class Corpora {
  list = $state.raw<CorpusRecord[]>([]);
  /** False until the shelf was read once: a first visit is only one that is known to be empty. */
  ready = $state(false);
  chosenId = $state<CorpusId | undefined>();
  readonly chosen = $derived(this.list.find(({ id }) => id === this.chosenId));
  readonly errors = $derived(countErrors(this.chosen));
  /** Training waits while rows have errors that the person has neither fixed nor dropped. */
  readonly trainable = $derived(
    this.chosen !== undefined && (this.errors === 0 || this.chosen.errorsDropped),
  );
  readonly work = new Work();
  readonly mending: Mending;
  readonly #data: DataCalls;
  readonly #database: Database;
  readonly #onChange: () => void;

  constructor(data: DataCalls, database: Database, onChange: () => void = () => undefined) {
    this.#data = data;
    this.#database = database;
    this.#onChange = onChange;
    this.mending = new Mending(data, database, async () => {
      await this.refresh();
      onChange();
    });
  }

  async refresh(): Promise<void> {
    try {
      this.list = await listCorpora(this.#database);
      if (!this.chosen) this.chosenId = this.list[0]?.id;
      this.ready = true;
    } catch (error) {
      this.work.fail(error, 'Reload the page; what is stored stays where it is.');
    }
  }

  /** Reads dropped files into a corpus of their own and takes it in hand; `passedOver` lay beside them. */
  async take(
    files: readonly (File | DroppedFile)[],
    name?: string,
    passedOver: readonly PassedOver[] = [],
  ): Promise<CorpusRecord | undefined> {
    const dropped = withPaths(files);
    if (dropped.length === 0) return undefined;
    const request = {
      ...{ name: name ?? nameOfFiles(dropped), files: dropped, passedOver: [...passedOver] },
    };
    return this.#read(`Reading ${request.name}`, (report) =>
      this.#data.importCorpus(request, report),
    );
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

  /** Reads the corpus in hand again with one file's choices changed; the choices made before stay. */
  async reread(file: CorpusFile, change: ImportChoice): Promise<void> {
    const corpus = this.chosen;
    if (!corpus) return;
    const choices = Object.fromEntries(
      corpus.files.map((each) => [each.name, choiceBehind(each, corpus.splitSeed !== undefined)]),
    );
    const before = choices[file.name];
    choices[file.name] = { ...before, ...change, format: { ...before?.format, ...change.format } };
    await this.#read(`Reading ${corpus.name} again`, (report) =>
      this.#data.rereadCorpus(corpus.id, choices, corpus.errorsDropped, report),
    );
  }

  /** Reads the corpus in hand again as it was read, for a report that is newer than it. */
  async recheck(): Promise<void> {
    const file = this.chosen?.files[0];
    if (file) await this.reread(file, {});
  }

  /** Leaves out the rows with errors, so that training can begin. */
  async dropErrors(): Promise<void> {
    const corpus = this.chosen;
    if (!corpus) return;
    const choices = Object.fromEntries(
      corpus.files.map((each) => [each.name, choiceBehind(each, corpus.splitSeed !== undefined)]),
    );
    await this.#read(`Reading ${corpus.name} without the rows that have errors`, (report) =>
      this.#data.rereadCorpus(corpus.id, choices, true, report),
    );
  }

  choose(id: CorpusId): void {
    this.chosenId = id;
  }

  async rename(id: CorpusId, name: string): Promise<void> {
    await this.#change(() => renameCorpus(this.#database, id, name));
  }

  async delete(id: CorpusId): Promise<void> {
    await this.#change(() => deleteCorpus(this.#database, id));
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  async #read(
    title: string,
    call: (report: Parameters<DataCalls['importCorpus']>[1]) => Promise<CorpusRecord>,
  ): Promise<CorpusRecord | undefined> {
    const next =
      'Nothing was changed. Check the file, or choose its format by hand, and drop it again.';
    const corpus = await this.work.run(title, next, call);
    if (!corpus) return undefined;
    this.chosenId = corpus.id;
    await this.refresh();
    this.#onChange();
    return corpus;
  }

  async #change(write: () => Promise<void>): Promise<void> {
    try {
      await write();
      await this.refresh();
      this.#onChange();
    } catch (error) {
      this.work.fail(error, 'Nothing was changed; try again.');
    }
  }
}

/** Rows with error-level findings in all files. */
export function countErrors(corpus: CorpusRecord | undefined): number {
  return corpus?.files.reduce((sum, file) => sum + file.errors, 0) ?? 0;
}

/** The choices a file was read with: where its format differs from what was detected. A seeded split is no choice. */
function choiceBehind(file: CorpusFile, splitIsSeeded: boolean): ImportChoice {
  const format: Partial<ColumnFormat> = {};
  const keys = ['encoding', 'separator', 'columns', 'wordColumn', 'tagColumn', 'scheme'] as const;
  for (const key of keys) {
    if (file.format[key] !== file.detected[key]) Object.assign(format, { [key]: file.format[key] });
  }
  return splitIsSeeded ? { format } : { format, split: file.split };
}
