import type { Finding, FindingKind } from '../data/findings/finding';
import type { LengthCounts } from '../data/statistics/length-counts';
import type { WordSpan } from '../data/corpus/sentence-chunk';
import type { FrequentForms } from '../data/statistics/surface-forms';
import type { Sentence, SplitName } from '../ner/sentence';
import type { CorpusId } from '../storage/records';
import type { ReportProgress } from './progress';

/** Which sentences are wanted; what is absent does not narrow. */
export interface SentenceQuery {
  /** Words one after the other, in any case; the last may be unfinished unless a space follows. */
  text?: string;
  split?: SplitName;
  /** An entity type. */
  label?: string;
  finding?: FindingKind | 'any';
}

/** Where the sentences stand that a query found. */
export interface SentenceMatches {
  count: number;
  /** Ascending indices of sentences in their split. */
  bySplit: Partial<Record<SplitName, Int32Array>>;
}

export interface SentencePlace {
  split: SplitName;
  /** 0-based. */
  index: number;
}

export interface FoundSentence extends SentencePlace {
  sentence: Sentence;
  /** Name of its file; absent where the corpus does not know it. */
  file?: string;
  /** The words that were searched for. */
  matched: WordSpan[];
  /** Those of its lines whose reasons are kept. */
  findings: Finding[];
}

/** What a corpus holds beyond the counts of its record. */
export interface CorpusDescription {
  /** Most frequent first, for each entity type. */
  surfaceForms: Record<string, FrequentForms>;
  /** By how much a count of a form may be too low; 0 where all were counted. */
  formShortfall: number;
  words: Partial<Record<SplitName, LengthCounts>>;
  /** [CLS] and [SEP] included, cut to the window; absent until an encoder has packed the corpus. */
  pieces?: {
    encoder: string;
    maxPieces: number;
    bySplit: Partial<Record<SplitName, LengthCounts>>;
  };
}

/** Calls of `data.worker` that only read a stored corpus. */
export interface CorpusReadingCalls {
  /** Sentences that fit a query; undefined when a later search took its place. */
  searchSentences(corpusId: CorpusId, query: SentenceQuery): Promise<SentenceMatches | undefined>;
  /** The sentences at these places, in their order, with the words that `text` finds in them. */
  readSentences(
    corpusId: CorpusId,
    places: readonly SentencePlace[],
    text?: string,
  ): Promise<FoundSentence[]>;
  /** Counts surface forms and lengths. `@throws` an AbortError once `stopDescribing` was called. */
  describeCorpus(corpusId: CorpusId, report: ReportProgress): Promise<CorpusDescription>;
  /** Stops `describeCorpus` and nothing else. */
  stopDescribing(): Promise<void>;
}
