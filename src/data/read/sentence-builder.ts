import type { Sentence } from '../../ner/sentence';
import { partsToSpans, type TagScheme } from '../../ner/tag-scheme';
import type { FindingCollector } from '../findings/finding-collector';
import type { LabelTally } from './label-tally';
import { transitionFault } from './row-faults';
import { TagNotation, type ReadTag } from '../format/tag-notation';

/**
 * Words after which a block without an empty line is taken for running text and cut at its full stops: far above the
 * longest sentence of the corpora in use, far below what would fill the memory.
 */
export const LONGEST_SENTENCE = 512;
/** An entity without end is cut all the same, before it fills the memory. */
const LONGEST_ENTITY = 65_536;

const OUTSIDE: ReadTag = new TagNotation().read('O');
const FULL_STOPS = new Set(['.', '!', '?', '…', '...', '?!', '!?', '。', '！', '？', '؟', '।']);
/** Before a full stop: an ordinal (`1 . Januar`), an initial (`J . S . Bach`). */
const ABBREVIATED = /^(\p{N}+|\p{L})$/u;

/** Tells whether a word is a full stop that ends a sentence, by the word before it. */
export function endsSentence(word: string, before: string): boolean {
  return FULL_STOPS.has(word) && !(word === '.' && ABBREVIATED.test(before));
}

/** A word with its tag and its line. */
export interface SentenceRow {
  word: string;
  read: ReadTag;
  line: number;
}

/** Hears of every sentence with its rows. */
export type SentenceListener = (sentence: Sentence, rows: readonly SentenceRow[]) => void;

/** Collects rows into sentences, checks each tag against the one before, and cuts blocks that never end. */
export class SentenceBuilder {
  readonly #scheme: TagScheme;
  readonly #findings: FindingCollector;
  readonly #labels: LabelTally;
  readonly #listener: SentenceListener | undefined;
  /** Every full stop ends a sentence, not an empty line alone. */
  readonly #endsAtFullStops: boolean;
  #rows: SentenceRow[] = [];
  #previous = OUTSIDE;
  #startsDocument = true;
  #isRunningText: boolean;
  #complete: Sentence[] = [];

  constructor(
    scheme: TagScheme,
    findings: FindingCollector,
    labels: LabelTally,
    listener?: SentenceListener,
    endsAtFullStops = false,
  ) {
    this.#endsAtFullStops = endsAtFullStops;
    this.#isRunningText = endsAtFullStops;
    this.#scheme = scheme;
    this.#findings = findings;
    this.#labels = labels;
    this.#listener = listener;
  }

  /** Whether rows wait for the end of their block. */
  get isOpen(): boolean {
    return this.#rows.length > 0;
  }

  addRow(word: string, read: ReadTag, line: number): void {
    this.#checkTransition(read, line);
    this.#previous = read;
    this.#append({ word, read, line });
  }

  /** Ends the open sentence: at an empty line, or whatever else separates sentences. */
  endBlock(): void {
    if (this.#rows.length > 0) {
      this.#checkTransition(OUTSIDE, this.#rows[this.#rows.length - 1]!.line);
      this.#endSentence();
    }
    this.#previous = OUTSIDE;
    this.#isRunningText = this.#endsAtFullStops;
  }

  /** Marks the next sentence as the first of a document. */
  startDocument(): void {
    this.#startsDocument = true;
  }

  /** Returns the sentences completed since the last call. */
  take(): Sentence[] {
    const complete = this.#complete;
    this.#complete = [];
    return complete;
  }

  #checkTransition(read: ReadTag, line: number): void {
    const fault = transitionFault(this.#previous, read, this.#scheme);
    if (fault) this.#findings.add(line, 'warning', fault.kind, fault.reason);
  }

  #append(row: SentenceRow): void {
    this.#rows.push(row);
    if (this.#isRunningText) {
      if (this.#canEndHere()) this.#endSentence();
    } else if (this.#rows.length > LONGEST_SENTENCE) {
      this.#takeForRunningText();
    }
  }

  /**
   * Tells whether running text may be cut behind the last row. Outside an entity it is cut at a full stop, or where the sentence grows too
   * long; inside an entity only before it fills the memory.
   */
  #canEndHere(): boolean {
    const length = this.#rows.length;
    const { word, read } = this.#rows[length - 1]!;
    if (read.parts.prefix !== 'O') return length >= LONGEST_ENTITY;
    if (length >= LONGEST_SENTENCE) return true;
    const before = this.#rows[length - 2]?.word ?? '';
    return endsSentence(word, before);
  }

  #takeForRunningText(): void {
    const rows = this.#rows;
    this.#findings.add(
      rows[0]!.line,
      'warning',
      'long-sentence',
      () =>
        `Expected an empty line after each sentence, found more than ${LONGEST_SENTENCE} words without one; ` +
        'they are cut after full stops, so put empty lines in if that is wrong',
    );
    this.#isRunningText = true;
    this.#rows = [];
    for (const row of rows) this.#append(row);
  }

  #endSentence(): void {
    const rows = this.#rows;
    this.#rows = [];
    const spans = partsToSpans(rows.map(({ read }) => read.parts));
    for (const { start, label } of spans) this.#labels.add(label, rows[start]!.line);
    const sentence: Sentence = {
      words: rows.map(({ word }) => word),
      spans,
      line: rows[0]!.line,
      startsDocument: this.#startsDocument,
    };
    this.#complete.push(sentence);
    this.#listener?.(sentence, rows);
    this.#startsDocument = false;
  }
}
