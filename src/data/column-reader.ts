import type { Sentence } from '../ner/sentence';
import { splitTag } from '../ner/tag-scheme';
import type { ColumnFormat } from './column-format';
import type { FindingKind } from './finding';
import { FindingCollector } from './finding-collector';
import { LabelTally } from './label-tally';
import { isBlank, isComment, isDocumentStart, splitRow } from './line-kind';
import { codePointsOf, isInvisible, tagFault } from './row-faults';
import { SentenceBuilder } from './sentence-builder';

const newDocumentComment = /^#\s*(newdoc\b|file:)/; // CoNLL-U; Europeana Newspapers
const onlyWhiteSpace = /^[ \t]*$/;

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
  #line = 0;
  #rows = 0;
  #rowsLeftOut = 0;
  #comments = 0;

  /** `name` is the file's, for its findings. */
  constructor(name: string, format: ColumnFormat) {
    this.format = format;
    this.findings = new FindingCollector(name);
    this.#builder = new SentenceBuilder(format.scheme, this.findings, this.labels);
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

  /** The sentences that these lines complete. */
  push(lines: readonly string[]): Sentence[] {
    for (const line of lines) {
      this.#line++;
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
    const { columns, separator, wordColumn, tagColumn, scheme } = this.format;
    const { fields, repaired } = splitRow(line, this.format);
    if (fields.length !== columns) {
      this.#leaveOut('column-count', () => {
        const by = separator === 'tab' ? 'a TAB' : 'a space';
        return `Expected ${columns} columns with ${by} between, found ${fields.length} in "${shorten(line)}"; correct the row or leave it out`;
      });
      return;
    }
    const word = fields[wordColumn] ?? '';
    const tag = fields[tagColumn]?.trim() ?? '';
    if (onlyWhiteSpace.test(word)) {
      this.#leaveOut(
        'empty-word',
        () =>
          `Expected a word in column ${wordColumn + 1}, found nothing beside tag "${tag}"; write the word or leave the row out`,
      );
      return;
    }
    const parts = splitTag(tag);
    const fault = tagFault(tag, parts, scheme);
    if (fault !== undefined) {
      this.#leaveOut('unknown-prefix', () => fault);
      return;
    }
    if (repaired) {
      this.findings.add(
        this.#line,
        'warning',
        'column-count',
        () =>
          `Expected ${columns} columns, found a separator too many in "${shorten(line)}"; the row is read without it`,
      );
    }
    if (isInvisible(word)) {
      this.findings.add(
        this.#line,
        'warning',
        'invisible-word',
        () =>
          `The word is ${codePointsOf(word)}, which shows nothing and may give a model no word piece; leave the row out unless it is meant`,
      );
    }
    this.#builder.addRow(word, { tag, parts }, this.#line);
  }

  #leaveOut(kind: FindingKind, reason: () => string): void {
    this.#rowsLeftOut++;
    this.findings.add(this.#line, 'error', kind, reason);
  }
}

function shorten(line: string): string {
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
