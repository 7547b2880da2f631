import type { FixPreview, FixRule } from '../../data/fixes/fix-rule';
import { valueOf } from '../../ner/label-values';
import type { ColumnFormat } from '../../data/format/column-format';
import type {
  CorpusImport,
  DataCalls,
  FormatPreview,
  ImportChoice,
  PackSummary,
  PreviewSource,
  UnpackedArchive,
} from '../../protocol/data-calls';
import type {
  CorpusDescription,
  FoundSentence,
  SentenceMatches,
  SentencePlace,
  SentenceQuery,
} from '../../protocol/corpus-reading';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { ReportProgress } from '../../protocol/progress';
import { openFiles } from '../../storage/corpora/corpus-files';
import { openDatabase } from '../../storage/database';
import type { CorpusId, CorpusRecord, EncoderId, EncoderRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { describeCorpus } from '../corpus/describe-corpus';
import { fetchEncoder } from '../encoder/fetch-encoder';
import { applyFix, previewFix, undoFixes } from '../fixes/fix-corpus';
import { importCorpus } from '../corpus/import-corpus';
import { importEncoder } from '../encoder/import-encoder';
import { packCorpus, requireCorpus } from '../corpus/pack-corpus';
import { uniqueNames } from '../corpus/pass-over';
import { openPreviewed, previewFormat } from '../corpus/preview-format';
import { SentenceSearch } from '../corpus/sentence-search';
import { unpackArchives } from '../corpus/unpack-archives';

/** What `data.worker` answers: each call is one job that `stop` can end. */
export class DataService implements DataCalls {
  readonly #database: Promise<Database> = openDatabase();
  readonly #search = new SentenceSearch(this.#database);
  #stopping = new AbortController();
  #stoppingDescription = new AbortController();
  #stoppingPreview = new AbortController();

  async unpackArchives(
    archives: readonly DroppedFile[],
    report: ReportProgress,
  ): Promise<UnpackedArchive[]> {
    return this.#run((_, signal) => unpackArchives(archives, report, signal));
  }

  async importCorpus(request: CorpusImport, report: ReportProgress): Promise<CorpusRecord> {
    const names = uniqueNames(request.files.map(({ file, path }) => path ?? file.name));
    const sources = request.files.map(({ file, choice = {} }, index) => ({
      name: names[index]!,
      blob: file,
      choice,
    }));
    const { name, limit, dropErrors = false, passedOver = [] } = request;
    return this.#run((database, signal) =>
      importCorpus(database, { name, sources, limit, dropErrors, passedOver }, report, signal),
    );
  }

  async rereadCorpus(
    id: CorpusId,
    choices: Record<string, ImportChoice>,
    dropErrors: boolean,
    report: ReportProgress,
  ): Promise<CorpusRecord> {
    return this.#run(async (database, signal) => {
      const corpus = openFiles(database, await requireCorpus(database, id));
      const { name, createdAt, files, fixes = [], passedOver = [] } = corpus;
      const sources = files.map((file) => ({
        name: file.name,
        blob: file.source,
        choice: valueOf(choices, file.name) ?? {},
      }));
      return importCorpus(
        database,
        { replaces: { id, createdAt }, name, sources, dropErrors, fixes, passedOver },
        report,
        signal,
      );
    });
  }

  /** Runs beside other work: `stop` does not end it, a newer preview does. */
  async previewFormat(
    source: PreviewSource,
    format: Partial<ColumnFormat>,
  ): Promise<FormatPreview> {
    this.#stoppingPreview.abort();
    this.#stoppingPreview = new AbortController();
    const { signal } = this.#stoppingPreview;
    const { name, blob } = await openPreviewed(await this.#database, source);
    return previewFormat(blob, name, format, signal);
  }

  async previewFix(id: CorpusId, rule: FixRule, report: ReportProgress): Promise<FixPreview> {
    return this.#run((database, signal) => previewFix(database, id, rule, report, signal));
  }

  async applyFix(id: CorpusId, rule: FixRule, report: ReportProgress): Promise<CorpusRecord> {
    return this.#run((database, signal) => applyFix(database, id, rule, report, signal));
  }

  async undoFixes(id: CorpusId, keep: number, report: ReportProgress): Promise<CorpusRecord> {
    return this.#run((database, signal) => undoFixes(database, id, keep, report, signal));
  }

  async importEncoder(
    files: readonly DroppedFile[],
    name: string,
    report: ReportProgress,
  ): Promise<EncoderRecord> {
    const blobs = files.map(({ path, file }) => ({ name: path, blob: file }));
    return this.#run((database, signal) => importEncoder(database, blobs, name, report, signal));
  }

  async fetchBundledEncoder(
    name: string,
    baseUrl: string,
    report: ReportProgress,
  ): Promise<EncoderRecord> {
    return this.#run((database, signal) => fetchEncoder(database, name, baseUrl, report, signal));
  }

  async packCorpus(
    corpusId: CorpusId,
    encoderId: EncoderId,
    maxPieces: number,
    report: ReportProgress,
  ): Promise<PackSummary> {
    return this.#run((database, signal) =>
      packCorpus(database, corpusId, encoderId, maxPieces, report, signal),
    );
  }

  searchSentences(id: CorpusId, query: SentenceQuery): Promise<SentenceMatches | undefined> {
    return this.#search.search(id, query);
  }

  readSentences(
    id: CorpusId,
    places: readonly SentencePlace[],
    text?: string,
  ): Promise<FoundSentence[]> {
    return this.#search.read(id, places, text);
  }

  async describeCorpus(id: CorpusId, report: ReportProgress): Promise<CorpusDescription> {
    const { signal: ownSignal } = this.#stoppingDescription;
    return this.#run((database, signal) =>
      describeCorpus(database, id, report, AbortSignal.any([signal, ownSignal])),
    );
  }

  stopDescribing(): Promise<void> {
    this.#stoppingDescription.abort();
    this.#stoppingDescription = new AbortController();
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.#stopping.abort();
    this.#stopping = new AbortController();
    return Promise.resolve();
  }

  async #run<Result>(
    job: (database: Database, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    const { signal } = this.#stopping;
    return job(await this.#database, signal);
  }
}
