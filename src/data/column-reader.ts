import type { Sentence } from '../ner/sentence';
import { splitTag } from '../ner/tag-scheme';
import type { ColumnFormat } from './column-format';
import type { FindingKind } from './finding';
import { FindingCollector, type FindingListener } from './finding-collector';
import { LabelTally } from './label-tally';
import { isBlank, isComment, isDocumentStart } from './line-kind';
import { codePointsOf, hiddenIn, isInvisible, tagFault, type ReadTag } from './row-faults';
import { RowScanner } from './row-scanner';
import { SentenceBuilder, type SentenceListener } from './sentence-builder';

const newDocumentComment = /^#\s*(newdoc\b|file:)/; // CoNLL-U; Europeana Newspapers
const onlyWhiteSpace = /^[ \t]*$/;
/** A corpus has some dozens; a column that was mistaken for tags must not fill the memory. */
const MOST_TAGS = 10_000;

/** Who wants to hear of everything a reader meets, in order of line. */
export interface ReaderListener {
  finding?: FindingListener;
  sentence?: SentenceListener;
}

/** A tag that was met before, and why it cannot be read, if so. */
interface KnownTag extends ReadTag {
  fault: string | undefined;
}

/**
 * Reads the lines of a column file into sentences, and states what is wrong with them.
 *
 * A row with an error (wrong column count, unknown prefix, empty word) is left out of its sentence, and reading goes on.
 * `-DOCSTART-`, `# newdoc` and `# file:` begin a document; a comment between two rows ends the sentence.
 */
export class ColumnReader {
  readonly format: ColumnFormat;
  readonly findings: FindingCollector;
  readonly labels = new LabelTally();
  readonly #builder: SentenceBuilder;
  readonly #row: RowScanner;
  readonly #tags = new Map<string, KnownTag>();
  #line = 0;
  #rows = 0;
  #rowsLeftOut = 0;
  #comments = 0;

  /** `name` is the file's, for its findings. */
  constructor(name: string, format: ColumnFormat, listener: ReaderListener = {}) {
    this.format = format;
    this.findings = new FindingCollector(name, listener.finding);
    this.#row = new RowScanner(format);
    this.#builder = new SentenceBuilder(
      format.scheme,
      this.findings,
      this.labels,
      listener.sentence,
    );
  }

  /** Rows so far, those left out included. */
  get rows(): number {
    return this.#rows;
  }

  /** Rows with an error, which no sentence holds. */
  get rowsLeftOut(): number {
    return this.#rowsLeftOut;
  }

  get comments(): number {
    return this.#comments;
  }

  /** The sentences that these lines complete; an undefined line was removed by a fix, and only counts. */
  push(lines: readonly (string | undefined)[]): Sentence[] {
    for (const line of lines) {
      this.#line++;
      if (line === undefined) continue;
      if (isBlank(line)) {
        this.#builder.endBlock();
      } else if (isDocumentStart(line)) {
        this.#builder.endBlock();
        this.#builder.startDocument();
      } else if (isComment(line, this.format)) {
        this.#comments++;
        this.#builder.endBlock();
        if (newDocumentComment.test(line)) this.#builder.startDocument();
      } else {
        this.#readRow(line);
      }
    }
    return this.#builder.take();
  }

  /** The last sentence, which needs no empty line, and the findings that need the whole file. */
  end(): Sentence[] {
    this.#builder.endBlock();
    this.labels.reportDoubtful(this.findings);
    return this.#builder.take();
  }

  #readRow(line: string): void {
    this.#rows++;
    const row = this.#row;
    if (!row.scan(line)) {
      this.#leaveOut(
        'column-count',
        this.#misfit(line, `found ${row.columns}`, 'correct the row or leave it out'),
      );
      return;
    }
    if (row.isRepaired) {
      this.#warn(
        'column-count',
        this.#misfit(line, 'found a separator too many', 'the row is read without it'),
      );
    }
    const { word, tag } = row;
    if (onlyWhiteSpace.test(word)) {
      this.#leaveOut(
        'empty-word',
        () =>
          `Expected a word in column ${this.format.wordColumn + 1}, found nothing beside tag "${tag}"; write the word or leave the row out`,
      );
      return;
    }
    const read = this.#readTag(tag);
    if (read.fault !== undefined) {
      const { fault } = read;
      this.#leaveOut('unknown-prefix', () => fault, tag);
      return;
    }
    this.#checkVisible(word);
    this.#builder.addRow(word, read, this.#line);
  }

  #checkVisible(word: string): void {
    if (isInvisible(word)) {
      this.#warn(
        'invisible-word',
        () =>
          `The word is ${codePointsOf(word)}, which shows nothing and may give a model no word piece; leave the row out unless it is meant`,
      );
      return;
    }
    const hidden = hiddenIn(word);
    if (hidden === '') return;
    const reason = () =>
      `"${shorten(word)}" holds ${codePointsOf(hidden)}, which shows nothing and makes it another word to a search; take it out unless it is meant`;
    this.findings.add(this.#line, 'note', 'hidden-character', reason);
  }

  #readTag(tag: string): KnownTag {
    let known = this.#tags.get(tag);
    if (!known) {
      const parts = splitTag(tag);
      known = { tag, parts, fault: tagFault(tag, parts, this.format.scheme) };
      if (this.#tags.size < MOST_TAGS) this.#tags.set(tag, known);
    }
    return known;
  }

  #misfit(line: string, found: string, wayOut: string): () => string {
    const { columns, separator } = this.format;
    const by = separator === 'tab' ? 'TAB' : 'space';
    return () =>
      `Expected ${columns} columns with a ${by} between, ${found} in "${shorten(line)}"; ${wayOut}`;
  }

  #warn(kind: FindingKind, reason: () => string): void {
    this.findings.add(this.#line, 'warning', kind, reason);
  }

  #leaveOut(kind: FindingKind, reason: () => string, about = ''): void {
    this.#rowsLeftOut++;
    this.findings.add(this.#line, 'error', kind, reason, about);
  }
}

function shorten(line: string): string {
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
