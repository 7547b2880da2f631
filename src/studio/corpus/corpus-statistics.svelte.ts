import { proxied } from '../../protocol/connect';
import type { CorpusDescription, CorpusReadingCalls } from '../../protocol/corpus-reading';
import type { Progress } from '../../protocol/progress';
import { listPacks } from '../../storage/corpora/packs';
import type { CorpusRecord } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { describeTrouble, wasStopped, type Trouble } from '../parts/trouble';

/** Statistics of the current corpus beyond its record. They are counted when it is shown, and again when it was packed or read anew. */
export class CorpusStatistics {
  description = $state.raw<CorpusDescription | undefined>();
  progress = $state.raw<Progress | undefined>();
  counting = $state(false);
  /** True once the person stopped the counting. */
  stopped = $state(false);
  trouble = $state.raw<Trouble | undefined>();
  readonly #data: CorpusReadingCalls;
  readonly #database: Database;
  /** Keys of the corpus text and of the packs that `description` was counted from. */
  #text = '';
  #packed = '';
  #latest = 0;

  constructor(data: CorpusReadingCalls, database: Database) {
    this.#data = data;
    this.#database = database;
  }

  async describe(corpus: CorpusRecord): Promise<void> {
    const ticket = ++this.#latest;
    const isLatest = () => ticket === this.#latest;
    try {
      const packs = await listPacks(this.#database, corpus.id);
      if (!isLatest()) return;
      const text = `${corpus.id} ${corpus.hash}`;
      const packed = packs.map(({ encoderId, maxPieces }) => `${encoderId} ${maxPieces}`).join();
      if (text === this.#text && packed === this.#packed) return;
      if (text !== this.#text) this.description = undefined;
      if (this.counting) await this.#data.stopDescribing();
      this.#text = '';
      this.counting = true;
      this.stopped = false;
      this.trouble = undefined;
      this.progress = undefined;
      const report = proxied((progress: Progress) => {
        if (isLatest()) this.progress = progress;
      });
      const description = await this.#data.describeCorpus(corpus.id, report);
      if (!isLatest()) return;
      this.description = description;
      this.#text = text;
      this.#packed = packed;
    } catch (error) {
      if (!isLatest()) return;
      if (wasStopped(error)) this.stopped = true;
      else this.trouble = describeTrouble(error);
    } finally {
      if (isLatest()) this.counting = false;
    }
  }

  stop(): Promise<void> {
    return this.#data.stopDescribing();
  }
}
