import { nextTurn } from '../../async/next-turn';
import { phrasePattern } from '../../data/corpus/phrase-pattern';
import { SentenceChunk } from '../../data/corpus/sentence-chunk';
import { SPLIT_NAMES, type SplitName } from '../../ner/sentence';
import type {
  FoundSentence,
  SentenceMatches,
  SentencePlace,
  SentenceQuery,
} from '../../protocol/corpus-reading';
import { CHUNK_SENTENCES, isSameText, readSentenceRange } from '../../storage/corpora/corpora';
import { requireRecord } from '../../storage/require';
import type { CorpusId } from '../../storage/records';
import type { Database, StoredCorpus } from '../../storage/schema';
import { SentenceFindings } from './sentence-findings';

/** UTF-16 units of packed text that are kept between searches: at most 128 MB. Chunks beyond are read from storage at every search. */
const CHARACTERS_KEPT = 64e6;
/** How long a search may go on before the event loop is let in, so that a later one is heard. */
const SLICE_MS = 25;

/** Searches stored corpora. The corpus in hand stays packed in memory, as far as there is room, so that only its first search reads storage. */
export class SentenceSearch {
  readonly #database: Promise<Database>;
  readonly #charactersKept: number;
  #packed: PackedCorpus | undefined;
  #latest = 0;

  constructor(database: Promise<Database>, charactersKept = CHARACTERS_KEPT) {
    this.#database = database;
    this.#charactersKept = charactersKept;
  }

  /**
   * Finds the sentences that fit a query; undefined once a later search has begun, which ends this one.
   *
   * @throws where the corpus is gone or read anew meanwhile.
   */
  async search(id: CorpusId, query: SentenceQuery): Promise<SentenceMatches | undefined> {
    const ticket = ++this.#latest;
    const corpus = await this.#open(id);
    const bySplit: SentenceMatches['bySplit'] = {};
    let count = 0;
    let sliceStart = performance.now();
    for (const split of SPLIT_NAMES) {
      const sentences = corpus.record.statistics[split]?.sentences ?? 0;
      if (sentences === 0 || (query.split ?? split) !== split) continue;
      const found = new Int32Array(sentences);
      let matches = 0;
      for (let first = 0; first < sentences; first += CHUNK_SENTENCES) {
        if (performance.now() - sliceStart > SLICE_MS) {
          await nextTurn();
          sliceStart = performance.now();
        }
        if (ticket !== this.#latest) return undefined;
        for (const index of await corpus.find(split, first, query)) found[matches++] = index;
      }
      if (matches > 0) bySplit[split] = found.slice(0, matches);
      count += matches;
    }
    return ticket === this.#latest ? { count, bySplit } : undefined;
  }

  /** Reads the sentences with these indices, with their files, findings and the words that `text` finds. @throws as `search` does. */
  async read(id: CorpusId, places: readonly SentencePlace[], text = ''): Promise<FoundSentence[]> {
    const corpus = await this.#open(id);
    const pattern = phrasePattern(text);
    const found: FoundSentence[] = [];
    for (const place of places) found.push(await corpus.read(place, pattern));
    return found;
  }

  async #open(id: CorpusId): Promise<PackedCorpus> {
    const database = await this.#database;
    const record = await requireRecord(database, 'corpora', id).catch((error: unknown) => {
      this.#packed = undefined;
      throw error;
    });
    if (!this.#packed || !isSameText(this.#packed.record, record)) {
      this.#packed = new PackedCorpus(database, record, this.#charactersKept);
    }
    return this.#packed;
  }
}

/** One text of a corpus, packed chunk by chunk as it is read. */
class PackedCorpus {
  readonly record: StoredCorpus;
  readonly #database: Database;
  readonly #findings: SentenceFindings;
  readonly #kept = new Map<string, SentenceChunk>();
  /** The last chunk that found no room, for rows that follow each other. */
  #passing: { key: string; chunk: SentenceChunk } | undefined;
  #room: number;

  constructor(database: Database, record: StoredCorpus, room: number) {
    this.#database = database;
    this.record = record;
    this.#findings = new SentenceFindings(record);
    this.#room = room;
  }

  /** Finds the sentences that fit in the chunk that begins at `first`, as indices in the split. */
  async find(split: SplitName, first: number, query: SentenceQuery): Promise<number[]> {
    const { text = '', label, finding } = query;
    const pattern = phrasePattern(text);
    const end = Math.min(first + CHUNK_SENTENCES, this.record.statistics[split]!.sentences);
    const indices = Array.from({ length: end - first }, (_, index) => index);
    if (!pattern && label === undefined && finding === undefined) {
      return indices.map((index) => first + index);
    }
    const chunk = await this.#chunk(split, first);
    return [...(pattern ? chunk.matching(pattern) : indices)]
      .filter((index) => label === undefined || chunk.hasLabel(index, label))
      .filter(
        (index) =>
          finding === undefined || this.#findings.has(linesOf(chunk, split, first, index), finding),
      )
      .map((index) => first + index);
  }

  async read({ split, index }: SentencePlace, pattern: RegExp | undefined): Promise<FoundSentence> {
    const first = index - (index % CHUNK_SENTENCES);
    const chunk = await this.#chunk(split, first);
    const file = this.#findings.fileOf(split, index);
    return {
      split,
      index,
      sentence: chunk.at(index - first),
      ...(file === undefined ? {} : { file }),
      matched: pattern ? chunk.wordsMatching(index - first, pattern) : [],
      findings: this.#findings.of(linesOf(chunk, split, first, index - first)),
    };
  }

  async #chunk(split: SplitName, first: number): Promise<SentenceChunk> {
    const key = `${split} ${first}`;
    const known = this.#kept.get(key);
    if (known) return known;
    if (this.#passing?.key === key) return this.#passing.chunk;
    const end = first + CHUNK_SENTENCES;
    const { id } = this.record;
    const chunk = new SentenceChunk(await readSentenceRange(this.#database, id, split, first, end));
    if (this.#kept.has(key)) return chunk; // a search and a reading met
    if (chunk.characters <= this.#room) {
      this.#room -= chunk.characters;
      this.#kept.set(key, chunk);
    } else {
      this.#passing = { key, chunk };
    }
    return chunk;
  }
}

function linesOf(chunk: SentenceChunk, split: SplitName, first: number, index: number) {
  return {
    split,
    index: first + index,
    line: chunk.line(index),
    words: chunk.wordCount(index),
  };
}
