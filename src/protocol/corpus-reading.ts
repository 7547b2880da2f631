import type { Finding, FindingKind } from '../data/findings/finding';
import type { LengthCounts } from '../data/statistics/length-counts';
import type { WordTraits } from '../data/language/word-traits';
import type { WordSpan } from '../data/corpus/sentence-chunk';
import type { FrequentForms } from '../data/statistics/surface-forms';
import type { Sentence, SplitName } from '../ner/sentence';
import type { CorpusId, EncoderId } from '../storage/records';
import type { ReportProgress } from './progress';

/** Conditions that the wanted sentences fulfil; an absent one excludes nothing. */
export interface SentenceQuery {
  /** Consecutive words, upper and lower case alike; the last may be the beginning of a word unless a space follows. */
  text?: string;
  split?: SplitName;
  /** An entity type. */
  label?: string;
  finding?: FindingKind | 'any';
}

/** Positions of the sentences that a query found. */
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
  /** Name of the sentence's file; absent where the corpus does not know it. */
  file?: string;
  /** Words that match the text searched for. */
  matched: WordSpan[];
  /** Findings of its lines, as far as their reasons are kept. */
  findings: Finding[];
}

/** Figures of a corpus beyond the counts of its record. */
export interface CorpusDescription {
  /** Surface forms of each entity type, the most frequent first. */
  surfaceForms: Record<string, FrequentForms>;
  /** Number by which the count of a form may be too low; 0 where all were counted. */
  formShortfall: number;
  words: Partial<Record<SplitName, LengthCounts>>;
  /** Lengths in word pieces, [CLS] and [SEP] included, cut to the maximum length; absent until an encoder has packed the corpus. */
  pieces?: {
    encoder: string;
    maxPieces: number;
    bySplit: Partial<Record<SplitName, LengthCounts>>;
  };
}

/** How the tokenizer of a stored encoder cuts a corpus' words. */
export interface TokenizerFit {
  encoderId: EncoderId;
  /** Mean number of pieces of a word. */
  piecesPerWord: number;
  /** Share of the words that it does not know whole. */
  unknownShare: number;
}

/** Everything about a corpus' words that decides which encoder suits it. */
export interface CorpusWords extends WordTraits {
  /** Fit of each stored encoder's tokenizer. */
  fits: TokenizerFit[];
}

/** Calls of `data.worker` that only read a stored corpus. */
export interface CorpusReadingCalls {
  /** Finds the sentences that fit a query; undefined where a later search was begun meanwhile. */
  searchSentences(corpusId: CorpusId, query: SentenceQuery): Promise<SentenceMatches | undefined>;
  /** Reads the sentences at these places, in this order, and marks the words that `text` finds in them. */
  readSentences(
    corpusId: CorpusId,
    places: readonly SentencePlace[],
    text?: string,
  ): Promise<FoundSentence[]>;
  /** Counts surface forms and lengths. `@throws` an AbortError once `stopDescribing` was called. */
  describeCorpus(corpusId: CorpusId, report: ReportProgress): Promise<CorpusDescription>;
  /** Tells the language, scripts and capitals of a corpus, and how the stored encoders' tokenizers cut its words; takes about a second. */
  describeWords(corpusId: CorpusId): Promise<CorpusWords>;
  /** Stops `describeCorpus` and nothing else. */
  stopDescribing(): Promise<void>;
}
