import type { Sentence } from '../../ner/sentence';
import type { FindingCollector, FindingListener } from '../findings/finding-collector';
import type { EditedLine } from '../fixes/line-edits';
import type { LabelTally } from './label-tally';
import type { SentenceListener } from './sentence-builder';

/**
 * Reads the lines of one file into sentences, batch by batch, and collects what is wrong with them. An error leaves a row or a line
 * out, and reading goes on.
 */
export interface LineReader {
  readonly findings: FindingCollector;
  readonly labels: LabelTally;
  /** Takes the next lines and returns the sentences that they complete. A fix removed a line that is undefined: it is only counted. */
  push(lines: readonly EditedLine[]): Sentence[];
  /** Returns the sentence that was open, if any, and adds the findings that need the whole file. */
  end(): Sentence[];
}

/** Callbacks for everything that a reader meets, in order of line. */
export interface ReaderListener {
  finding?: FindingListener;
  sentence?: SentenceListener;
}
