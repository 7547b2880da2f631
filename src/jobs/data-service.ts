import type { CorpusImport, DataCalls, ImportChoice, PackSummary } from '../protocol/data-calls';
import type { ReportProgress } from '../protocol/progress';
import { openDatabase } from '../storage/database';
import type { CorpusId, CorpusRecord, EncoderId, EncoderRecord } from '../storage/records';
import type { Database } from '../storage/schema';
import { fetchEncoder } from './fetch-encoder';
import { importCorpus } from './import-corpus';
import { importEncoder } from './import-encoder';
import { packCorpus, requireCorpus } from './pack-corpus';

/** What `data.worker` answers: each call is one job that `stop` can end. */
export class DataService implements DataCalls {
  readonly #database: Promise<Database> = openDatabase();
  #stopping = new AbortController();

  async importCorpus(request: CorpusImport, report: ReportProgress): Promise<CorpusRecord> {
    const sources = request.files.map(({ file, choice = {} }) => ({
      name: file.name,
      blob: file,
      choice,
    }));
    const { name, limit, dropErrors = false } = request;
    return this.#run((database, signal) =>
      importCorpus(database, { name, sources, limit, dropErrors }, report, signal),
    );
  }

  async rereadCorpus(
    id: CorpusId,
    choices: Record<string, ImportChoice>,
    dropErrors: boolean,
    report: ReportProgress,
  ): Promise<CorpusRecord> {
    return this.#run(async (database, signal) => {
      const { name, createdAt, files } = await requireCorpus(database, id);
      const sources = files.map((file) => ({
        name: file.name,
        blob: file.source,
        choice: choices[file.name] ?? {},
      }));
      return importCorpus(
        database,
        { replaces: { id, createdAt }, name, sources, dropErrors },
        report,
        signal,
      );
    });
  }

  async importEncoder(files: File[], name: string, report: ReportProgress): Promise<EncoderRecord> {
    const blobs = files.map((file) => ({ name: file.webkitRelativePath || file.name, blob: file }));
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
