import type { FindingKind } from '../../data/findings/finding';
import type { SplitName } from '../../ner/sentence';
import type {
  CorpusReadingCalls,
  FoundSentence,
  SentenceMatches,
  SentencePlace,
  SentenceQuery,
} from '../../protocol/corpus-reading';
import type { CorpusRecord } from '../../storage/records';
import { sentenceOfMatch } from './match-list';
import { describeTrouble, type Trouble } from '../parts/trouble';

/** Sentences fetched at once. */
const BLOCK = 40;
/** Blocks kept: far more than a screen shows, far less than a corpus. */
const BLOCKS_KEPT = 30;

interface Found {
  corpus: CorpusRecord;
  matches: SentenceMatches;
  /** Text that was searched for. */
  text: string;
}

/** Search over the sentences of the current corpus. A later search replaces an earlier one, so typing never waits. */
export class SentenceBrowser {
  text = $state('');
  split = $state<SplitName | ''>('');
  label = $state('');
  finding = $state<FindingKind | 'any' | ''>('');
  matches = $state.raw<SentenceMatches | undefined>();
  searching = $state(false);
  trouble = $state.raw<Trouble | undefined>();
  readonly filtered = $derived(
    [this.text.trim(), this.split, this.label, this.finding].some((wanted) => wanted !== ''),
  );
  /** Matches that were fetched, by block: block `n` begins with match `n · BLOCK`. */
  #blocks = $state.raw<Readonly<Record<number, readonly FoundSentence[]>>>({});
  readonly #data: CorpusReadingCalls;
  #corpus: CorpusRecord | undefined;
  /** Search that `matches` and the blocks belong to. */
  #found: Found | undefined;
  #latestSearch = 0;
  #wanted: readonly number[] = [];
  #fetching = false;

  constructor(data: CorpusReadingCalls) {
    this.#data = data;
  }

  /** Turns to a corpus. Another one is shown whole; the same one, read anew, is searched as before. */
  async open(corpus: CorpusRecord): Promise<void> {
    if (corpus === this.#corpus) return;
    const isOther = corpus.id !== this.#corpus?.id;
    this.#corpus = corpus;
    await (isOther ? this.narrow({}) : this.search());
  }

  /** Sets every filter, the absent ones to none, and searches. */
  async narrow({ text = '', split, label = '', finding }: SentenceQuery): Promise<void> {
    this.text = text;
    this.split = split ?? '';
    this.label = label;
    this.finding = finding ?? '';
    await this.search();
  }

  /** Searches by what the fields say. */
  async search(): Promise<void> {
    const corpus = this.#corpus;
    if (!corpus) return;
    const ticket = ++this.#latestSearch;
    this.searching = true;
    try {
      const query = this.#query();
      const matches = await this.#data.searchSentences(corpus.id, query);
      if (ticket !== this.#latestSearch || !matches) return;
      const found = { corpus, matches, text: query.text ?? '' };
      const first = await this.#read(found, 0); // with them, so that the list never stands empty
      if (ticket !== this.#latestSearch) return;
      this.#found = found;
      this.matches = matches;
      this.#blocks = { 0: first };
      this.#wanted = [];
      this.trouble = undefined;
    } catch (error) {
      if (ticket === this.#latestSearch) this.trouble = describeTrouble(error);
    } finally {
      if (ticket === this.#latestSearch) this.searching = false;
    }
  }

  /** Gives a match by its number; undefined until it was fetched. */
  row(match: number): FoundSentence | undefined {
    return this.#blocks[Math.floor(match / BLOCK)]?.[match % BLOCK];
  }

  /** Fetches the matches `[first, end)` that are not here yet; of several calls while one is under way, only the last counts. */
  async show(first: number, end: number): Promise<void> {
    const blocks: number[] = [];
    for (let block = Math.floor(first / BLOCK); block * BLOCK < end; block++) blocks.push(block);
    this.#wanted = blocks;
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      for (;;) {
        const missing = this.#wanted.find((block) => !this.#blocks[block]);
        if (missing === undefined || !(await this.#fetch(missing))) break;
      }
    } catch (error) {
      this.trouble = describeTrouble(error);
    } finally {
      this.#fetching = false;
    }
  }

  /** Fetches a block of matches; false if there is nothing to fetch. */
  async #fetch(block: number): Promise<boolean> {
    const found = this.#found;
    if (!found || block * BLOCK >= found.matches.count) return false;
    const rows = await this.#read(found, block);
    if (this.#found !== found) return true; // read for a search before
    const near = Object.entries(this.#blocks).filter(
      ([other]) => Math.abs(Number(other) - block) < BLOCKS_KEPT / 2,
    );
    this.#blocks = { ...Object.fromEntries(near), [block]: rows };
    return true;
  }

  async #read({ corpus, matches, text }: Found, block: number): Promise<FoundSentence[]> {
    const wanted: SentencePlace[] = [];
    for (let match = block * BLOCK; match < (block + 1) * BLOCK; match++) {
      const sentence = sentenceOfMatch(matches, match);
      if (sentence) wanted.push(sentence);
    }
    return wanted.length > 0 ? this.#data.readSentences(corpus.id, wanted, text) : [];
  }

  #query(): SentenceQuery {
    return {
      ...(this.text.trim() === '' ? {} : { text: this.text }),
      ...(this.split === '' ? {} : { split: this.split }),
      ...(this.label === '' ? {} : { label: this.label }),
      ...(this.finding === '' ? {} : { finding: this.finding }),
    };
  }
}
