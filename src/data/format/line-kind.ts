import type { Separator } from './column-format';
import { RowScanner, type ColumnLayout } from './row-scanner';
import type { TagNotation } from './tag-notation';

const DOCUMENT_START = '-DOCSTART-';
/** `-DOCSTART-`, alone or before whatever separates: MobIE writes spaces there in a TAB file. */
const DOCUMENT_START_ROW = /^[\s"]*-DOCSTART-(?![\p{L}\p{N}_-])/u;
const SENTENCE_MARK =
  /^\s*(?:<\/?(?:s|sent|sentence)(?:\s[^>]*)?>|EOS|sent(?:ence)?[\s:#_.-]*\d+|[-=*~]{3,})\s*$/i;
const HASH = 35;
const MINUS = 45;

/** Tells whether a line ends a sentence: it holds white space only, or separators only where commas, semicolons or bars separate. */
export function isBlank(line: string, separator?: Separator): boolean {
  if (line.trim() === '') return true;
  if (separator === 'comma') return /^[\s,]*$/.test(line);
  if (separator === 'pipe') return /^[\s|]*$/.test(line);
  return separator === 'semicolon' && /^[\s;]*$/.test(line);
}

/** Tells whether a line of one field does nothing but part sentences: `Sentence: 1`, `<s>`, `EOS`, `---`. */
export function isSentenceMark(line: string): boolean {
  return SENTENCE_MARK.test(line);
}

/** Tells whether a line is a `-DOCSTART-`. */
export function isDocumentStart(line: string): boolean {
  const first = line.charCodeAt(0);
  if (first > MINUS && first < 128) return false; // most lines, without a search
  return line.includes(DOCUMENT_START) && DOCUMENT_START_ROW.test(line);
}

/** Tells whether a row's word says that a document begins, behind an index or a sentence's mark. */
export function startsDocument(word: string): boolean {
  return word === DOCUMENT_START;
}

/** Tells comments from rows that begin with `#`. */
export class CommentRule {
  readonly #layout: ColumnLayout;
  readonly #notation: TagNotation;
  readonly #row: RowScanner;

  constructor(layout: ColumnLayout, notation: TagNotation) {
    this.#layout = layout;
    this.#notation = notation;
    this.#row = new RowScanner(layout, notation);
  }

  /**
   * Tells whether a line is a comment: it begins with `#`, and is no row.
   *
   * If another column stands before the word (GermEval's and UNER's index), every line that begins with `#` is a comment. Elsewhere the
   * word itself may be `#` or `#hashtag`, so `# O` in a space-separated file is a row, and a comment is only a line that begins with
   * `# ` and has no tag in the tag's column.
   */
  isComment(line: string): boolean {
    const { wordColumn, columns, isPadded } = this.#layout;
    const text = isPadded ? line.trimStart() : line;
    if (text.charCodeAt(0) !== HASH) return false;
    if (wordColumn > 0) return true;
    if (text === '#') return columns > 1;
    if (text.charAt(1) !== ' ') return false;
    return !this.#row.scan(line) || this.#notation.read(this.#row.tag).parts.prefix === '';
  }
}
