import type { Sentence } from '../../ner/sentence';
import { completeFormat, type ColumnFormat, type CompleteFormat } from '../format/column-format';
import type { FindingKind } from '../findings/finding';
import { FindingCollector } from '../findings/finding-collector';
import { quote } from '../format/hidden-characters';
import { LabelTally } from './label-tally';
import {
  CommentRule,
  isBlank,
  isDocumentStart,
  isSentenceMark,
  startsDocument,
} from '../format/line-kind';
import { tagFault } from './row-faults';
import { RowNotes } from './row-notes';
import { RowScanner } from '../format/row-scanner';
import { SentenceBuilder, endsSentence } from './sentence-builder';
import type { LineReader, ReaderListener } from './line-reader';
import type { EditedLine } from '../fixes/line-edits';
import { isRangeOrEmptyNode } from '../detect/sentence-columns';
import { TagNotation, type ReadTag } from '../format/tag-notation';

const NEW_DOCUMENT_COMMENT = /^#\s*(newdoc\b|file:)/; // CoNLL-U; Europeana Newspapers
const ONLY_WHITE_SPACE = /^[ \t]*$/;
/** A corpus has some dozens; a column that was mistaken for tags must not fill the memory. */
const MOST_TAGS = 10_000;
/** Full stops inside each block, on average, from which on it is doubted that a block is a sentence. */
const DOUBTED_FULL_STOPS = 2;
/** Words of a file's only block from which on it is doubted that it is a sentence. */
const LONG_SENTENCE = 150;

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
export class ColumnReader implements LineReader {
  readonly format: CompleteFormat;
  readonly findings: FindingCollector;
  readonly labels = new LabelTally();
  readonly #builder: SentenceBuilder;
  readonly #row: RowScanner;
  readonly #notation: TagNotation;
  readonly #comments: CommentRule;
  readonly #notes: RowNotes;
  readonly #tags = new Map<string, KnownTag>();
  #line = 0;
  #rows = 0;
  #rowsLeftOut = 0;
  #commentLines = 0;
  #headerDue: boolean;
  /** Value of the sentence column, or of the index, in the row before. */
  #mark: string | undefined;
  #markRows = 0;
  #blocks = 0;
  /** Full stops with another row behind them in their block. */
  #innerStops = 0;
  #isAfterStop = false;
  #wordBefore = '';
  #firstRow = 0;

  /** `name` is the file's, for its findings. */
  constructor(name: string, format: ColumnFormat, listener: ReaderListener = {}) {
    this.format = completeFormat(format);
    this.#headerDue = this.format.hasHeader;
    this.findings = new FindingCollector(name, listener.finding);
    this.#notation = new TagNotation(this.format);
    this.#notes = new RowNotes(this.findings, this.format);
    this.#row = new RowScanner(this.format, this.#notation);
    this.#comments = new CommentRule(this.format, this.#notation);
    this.#builder = new SentenceBuilder(
      this.format.scheme,
      this.findings,
      this.labels,
      listener.sentence,
      this.format.sentenceEnd === 'full-stop',
    );
  }

  /** Rows so far, those left out included. */
  get rows(): number {
    return this.#rows;
  }

  /** Words so far: rows that a sentence holds. */
  get words(): number {
    return this.#rows - this.#rowsLeftOut;
  }

  /** Rows with an error, which no sentence holds, and those that hold no word of their own. */
  get rowsLeftOut(): number {
    return this.#rowsLeftOut;
  }

  get comments(): number {
    return this.#commentLines;
  }

  push(lines: readonly EditedLine[]): Sentence[] {
    for (const line of lines) {
      this.#line++;
      if (line === undefined) continue;
      if (isBlank(line, this.format.separator)) {
        this.#endBlock();
      } else if (isSentenceMark(line)) {
        this.#endBlock();
        this.#markRows++;
      } else if (isDocumentStart(line)) {
        this.#endBlock();
        this.#builder.startDocument();
      } else if (this.#comments.isComment(line)) {
        this.#commentLines++;
        this.#endBlock();
        if (NEW_DOCUMENT_COMMENT.test(line)) this.#builder.startDocument();
      } else if (this.#headerDue) {
        this.#headerDue = false;
      } else {
        this.#readRow(line);
      }
    }
    return this.#builder.take();
  }

  end(): Sentence[] {
    this.#endBlock();
    const isDoubtful =
      (this.#innerStops >= Math.max(1, this.#blocks) * DOUBTED_FULL_STOPS ||
        (this.#blocks === 1 && this.words > LONG_SENTENCE)) &&
      this.format.sentenceEnd !== 'full-stop' &&
      this.findings.count('long-sentence') === 0;
    if (isDoubtful) this.#notes.fewBoundaries(this.#firstRow, this.#blocks, this.#innerStops);
    if (this.#markRows > 0) this.#notes.markRows(this.#markRows);
    this.labels.reportDoubtful(this.findings, (label) => this.#notation.read(label));
    return this.#builder.take();
  }

  #readRow(line: string): void {
    const row = this.#row;
    if (!row.scan(line)) {
      this.#rows++;
      const found = `found ${row.columns}`;
      this.#leaveOut(
        'column-count',
        this.#notes.misfit(line, found, 'correct the row or leave it out'),
      );
      return;
    }
    const { word, tag } = row;
    if (startsDocument(word)) {
      this.#endBlock();
      this.#builder.startDocument();
      return;
    }
    this.#rows++;
    if (row.repair !== undefined) {
      const { label } = this.#readTag(tag).parts;
      this.#notes.repaired(this.#line, line, row.repair, label);
    }
    if (row.margins !== '') this.#notes.margins(this.#line, line, row.margins);
    if (!this.#followMarks(row)) return;
    if (ONLY_WHITE_SPACE.test(word)) {
      this.#leaveOut(
        'empty-word',
        () =>
          `Expected a word in column ${this.format.wordColumn + 1}, found nothing beside tag ${quote(tag)}; write the word or leave the row out`,
      );
      return;
    }
    const read = this.#readTag(tag);
    if (read.fault !== undefined) {
      const { fault } = read;
      this.#leaveOut('unknown-prefix', () => fault, tag);
      return;
    }
    this.#notes.tag(this.#line, read, this.#notation);
    this.#notes.word(this.#line, word);
    this.#countFullStop(word);
    this.#builder.addRow(word, read, this.#line);
  }

  /** Begins a sentence where a column says so; false where the row holds no word of its own. */
  #followMarks({ index, sentence }: RowScanner): boolean {
    const { indexColumn, sentenceColumn, sentenceEnd } = this.format;
    if (indexColumn !== null && isRangeOrEmptyNode(index)) {
      this.#rowsLeftOut++;
      this.#notes.range(this.#line, index);
      return false;
    }
    if (sentenceColumn !== null) {
      if (sentence !== '' && sentence !== this.#mark) {
        this.#endBlock();
        this.#mark = sentence;
      }
    } else if (sentenceEnd === 'index') {
      if (this.#mark !== undefined && Number(index) <= Number(this.#mark)) this.#endBlock();
      this.#mark = index;
    }
    return true;
  }

  #endBlock(): void {
    if (this.#builder.isOpen) this.#blocks++;
    this.#mark = undefined;
    this.#wordBefore = '';
    this.#isAfterStop = false;
    this.#builder.endBlock();
  }

  #countFullStop(word: string): void {
    if (this.#firstRow === 0) this.#firstRow = this.#line;
    if (this.#isAfterStop) this.#innerStops++;
    this.#isAfterStop = endsSentence(word, this.#wordBefore);
    this.#wordBefore = word;
  }

  #readTag(tag: string): KnownTag {
    let known = this.#tags.get(tag);
    if (!known) {
      const read = this.#notation.read(tag);
      known = { ...read, fault: tagFault(read, this.format.scheme, this.#notation) };
      if (this.#tags.size < MOST_TAGS) this.#tags.set(tag, known);
    }
    return known;
  }

  #leaveOut(kind: FindingKind, reason: () => string, about = ''): void {
    this.#rowsLeftOut++;
    this.findings.add(this.#line, 'error', kind, reason, about);
  }
}
