import type { FixPreview, FixRule } from '../../data/fixes/fix-rule';
import type { DataCalls } from '../../protocol/data-calls';
import type { ReportProgress } from '../../protocol/progress';
import { listPacks } from '../../storage/corpora/packs';
import type { CorpusId, CorpusRecord, PackRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { Work } from '../parts/work.svelte';

/** A fix that is previewed before it is applied. */
export interface OpenFix {
  corpusId: CorpusId;
  rule: FixRule;
  preview: FixPreview;
}

/** Fixes of the current corpus: previewed, applied, undone. The report stays in sight meanwhile. */
export class Mending {
  open = $state.raw<OpenFix | undefined>();
  /** Packs of the current corpus, with the words that lie beyond their max lengths. */
  packs = $state.raw<PackRecord[]>([]);
  readonly work = new Work();
  readonly #data: DataCalls;
  readonly #database: Database;
  readonly #onMended: () => Promise<void>;

  constructor(data: DataCalls, database: Database, onMended: () => Promise<void>) {
    this.#data = data;
    this.#database = database;
    this.#onMended = onMended;
  }

  /** Previews a fix. */
  async look({ id }: CorpusRecord, rule: FixRule): Promise<void> {
    this.open = undefined;
    const preview = await this.work.run('Previewing the fix', 'Nothing was changed.', (report) =>
      this.#data.previewFix(id, rule, report),
    );
    if (preview) this.open = { corpusId: id, rule, preview };
  }

  /** Applies the fix that is previewed. */
  async make(): Promise<void> {
    const open = this.open;
    if (!open) return;
    await this.#mend(open.preview.title, (report) =>
      this.#data.applyFix(open.corpusId, open.rule, report),
    );
  }

  /** Undoes all fixes but the first `keep`. */
  async undo({ id, fixes = [] }: CorpusRecord, keep: number): Promise<void> {
    const title = fixes.length - keep === 1 ? 'Undoing the fix' : 'Undoing fixes';
    await this.#mend(title, (report) => this.#data.undoFixes(id, keep, report));
  }

  close(): void {
    this.open = undefined;
  }

  stop(): Promise<void> {
    return this.work.halt(() => this.#data.stop());
  }

  /** Reads the packs of a corpus. */
  async readPacks(id: CorpusId): Promise<void> {
    try {
      this.packs = await listPacks(this.#database, id);
    } catch (error) {
      this.work.fail(error, 'What is stored stays where it is.');
    }
  }

  async #mend(
    title: string,
    call: (report: ReportProgress) => Promise<CorpusRecord>,
  ): Promise<void> {
    const stays = 'The corpus is as it was before.';
    const corpus = await this.work.run(title, stays, call);
    if (!corpus) return;
    this.open = undefined;
    await this.#onMended();
  }
}
