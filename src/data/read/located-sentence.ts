import type { Sentence, SplitName } from '../../ner/sentence';
import type { SentenceRow } from './sentence-builder';

/** A sentence of a corpus with its file, its split, and the lines of its words. */
export interface LocatedSentence {
  /** Index of the file in its corpus. */
  file: number;
  split: SplitName;
  sentence: Sentence;
  /** One a word. */
  rows: readonly SentenceRow[];
}
