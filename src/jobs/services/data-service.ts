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
  CorpusWords,
  FoundSentence,
  SentenceMatches,
  SentencePlace,
  SentenceQuery,
} from '../../protocol/corpus-reading';
import type { DroppedFile } from '../../protocol/dropped-file';
import type { ReportProgress } from '../../protocol/progress';
import { openFiles } from '../../storage/corpora/corpus-files';
import type { CorpusId, CorpusRecord, EncoderId, EncoderRecord } from '../../storage/records';
import { requireRecord } from '../../storage/require';
import type { Database } from '../../storage/schema';
import type { JobContext } from '../job-context';
import { describeCorpus } from '../corpus/describe-corpus';
import { describeWords } from '../corpus/describe-words';
import { fetchEncoder } from '../encoder/fetch-encoder';
import { applyFix, previewFix, undoFixes } from '../fixes/fix-corpus';
import { importCorpus } from '../corpus/import-corpus';
import { importEncoder } from '../encoder/import-encoder';
import { packCorpus } from '../corpus/pack-corpus';
import { uniqueNames } from '../corpus/pass-over';
import { openPreviewed, previewFormat } from '../corpus/preview-format';
import { SentenceSearch } from '../corpus/sentence-search';
import { unpackArchives } from '../corpus/unpack-archives';

/** Answers the calls of `data.worker`: each is one job, which `stop` can end. */
export class DataService implements DataCalls {
  readonly #database: Promise<Database>;
  readonly #search: SentenceSearch;
  #stopping = new AbortController();
  #stoppingDescription = new AbortController();
  #stoppingPreview = new AbortController();

  /** @param database being opened; where that fails, each call rejects with the reason */
  constructor(database: Promise<Database>) {
    this.#database = database;
    this.#search = new SentenceSearch(database);
  }

  async unpackArchives(
    archives: readonly DroppedFile[],
    report: ReportProgress,
  ): Promise<UnpackedArchive[]> {
    return this.#run(report, (job) => unpackArchives(job, archives));
  }

  async importCorpus(request: CorpusImport, report: ReportProgress): Promise<CorpusRecord> {
    const names = uniqueNames(request.files.map(({ file, path }) => path ?? file.name));
    const sources = request.files.map(({ file, choice = {} }, index) => ({
      name: names[index]!,
      blob: file,
      choice,
    }));
    const { name, limit, dropErrors = false, passedOver = [] } = request;
    return this.#run(report, (job) =>
      importCorpus(job, { name, sources, limit, dropErrors, passedOver }),
    );
  }

  async rereadCorpus(
    id: CorpusId,
    choices: Record<string, ImportChoice>,
    dropErrors: boolean,
    report: ReportProgress,
  ): Promise<CorpusRecord> {
    return this.#run(report, async (job) => {
      const corpus = openFiles(job.database, await requireRecord(job.database, 'corpora', id));
      const { name, createdAt, files, fixes = [], passedOver = [] } = corpus;
      const sources = files.map((file) => ({
        name: file.name,
        blob: file.source,
        choice: valueOf(choices, file.name) ?? {},
      }));
      return importCorpus(job, {
        replaces: { id, createdAt },
        name,
        sources,
        dropErrors,
        fixes,
        passedOver,
      });
    });
  }

  /** Previews a format beside other jobs: `stop` does not end it, but a newer preview does. */
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
    return this.#run(report, (job) => previewFix(job, id, rule));
  }

  async applyFix(id: CorpusId, rule: FixRule, report: ReportProgress): Promise<CorpusRecord> {
    return this.#run(report, (job) => applyFix(job, id, rule));
  }

  async undoFixes(id: CorpusId, keep: number, report: ReportProgress): Promise<CorpusRecord> {
    return this.#run(report, (job) => undoFixes(job, id, keep));
  }

  async importEncoder(
    files: readonly DroppedFile[],
    name: string,
    report: ReportProgress,
  ): Promise<EncoderRecord> {
    const blobs = files.map(({ path, file }) => ({ name: path, blob: file }));
    return this.#run(report, (job) => importEncoder(job, blobs, name));
  }

  async fetchBundledEncoder(
    name: string,
    baseUrl: string,
    report: ReportProgress,
  ): Promise<EncoderRecord> {
    return this.#run(report, (job) => fetchEncoder(job, name, baseUrl));
  }

  async packCorpus(
    corpusId: CorpusId,
    encoderId: EncoderId,
    maxPieces: number,
    report: ReportProgress,
  ): Promise<PackSummary> {
    return this.#run(report, (job) => packCorpus(job, corpusId, encoderId, maxPieces));
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
    return this.#run(report, (job) =>
      describeCorpus({ ...job, signal: AbortSignal.any([job.signal, ownSignal]) }, id),
    );
  }

  async describeWords(id: CorpusId): Promise<CorpusWords> {
    return describeWords(await this.#database, id);
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
    report: ReportProgress,
    job: (context: JobContext) => Promise<Result>,
  ): Promise<Result> {
    const { signal } = this.#stopping;
    return job({ database: await this.#database, report, signal });
  }
}
