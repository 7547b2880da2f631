import type { FixRule } from '../fixes/fix-rule';
import type { EditedLine } from '../fixes/line-edits';
import type { RowChange } from '../fixes/rewrite-row';
import type { NumberedLine } from '../findings/unread-tags';
import type { ByteSource } from '../format/byte-source';
import type { Separator } from '../format/column-format';
import type { ChosenFormat, FormatReasons } from '../format/detected-format';
import type { SourceFormat } from '../format/source-format';
import type { TagNotation } from '../format/tag-notation';
import type { LineReader, ReaderListener } from '../read/line-reader';
import type { SentenceRow } from '../read/sentence-builder';
import type { LineRange } from '../read/sentence-lines';
import type { Sentence } from '../../ner/sentence';

/** A sentence of one file with the lines of its words. */
export interface SentenceWithRows {
  sentence: Sentence;
  rows: readonly SentenceRow[];
}

/** The first rows of a file as a table for the page. */
export interface PreviewTable {
  /** Cells of each row; an empty array stands for an empty line. */
  rows: string[][];
  /** Entities in these rows: rows `[start, end)`. */
  marks: { start: number; end: number; label: string }[];
  /** Separator that the rows were cut by; absent where the kind of file has none. */
  separator?: Separator;
}

/**
 * Everything that import, preview, search and fixes ask of one kind of file. `SOURCE_READERS` holds one for each kind, and nothing else
 * knows how a kind is read.
 */
export interface SourceReader<Format extends SourceFormat> {
  /** End of the error where no sentence could be read: what a file of this kind should hold, and what to check. */
  readonly expected: string;
  /**
   * Finds the format of a file; parts that `choice` states are kept.
   *
   * @throws UnreadableFileError that says why the file is not of this kind; an AbortError once `signal` is aborted.
   */
  detect(
    blob: ByteSource,
    name: string,
    choice: ChosenFormat,
    signal?: AbortSignal,
  ): Promise<Format & FormatReasons>;
  /** Begins to read a file; `name` is the file's, for its findings. */
  open(name: string, format: Format, listener?: ReaderListener): LineReader;
  /** Returns how tags are written in a file. */
  notationOf(format: Format): TagNotation;
  /** Returns the lines of a sentence of `words` words whose first word stands in `line`; `leftOut` holds the lines that no sentence has. */
  linesOf(line: number, words: number, leftOut: ReadonlySet<number>): LineRange;
  /** Tells whether a fix can be made in files of this kind. */
  allows(rule: FixRule): boolean;
  /** Applies a change to a line. */
  rewrite(line: string, change: RowChange, format: Format): EditedLine;
  /** Counts the entities, by label, in lines that could not be read. */
  countUnread(lines: readonly NumberedLine[], format: Format): Map<string, number>;
  /** Lays out the first lines of a file, at most `most` rows; `sentences` begin in them. */
  preview(
    lines: readonly string[],
    sentences: readonly SentenceWithRows[],
    format: Format,
    most: number,
  ): PreviewTable;
}
