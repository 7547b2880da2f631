import { kindOf, type SourceFormat } from './source-format';

/** Separators between the columns of a row; `blank` is any blank of Unicode, such as U+00A0. */
export const SEPARATORS = ['tab', 'space', 'comma', 'semicolon', 'pipe', 'blank'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Side of the label on which a tag's position mark stands: `B-PER`, `PER-B`, or a mark without a label, `B`. */
export const MARK_SIDES = ['before', 'after', 'alone'] as const;
export type MarkSide = (typeof MARK_SIDES)[number];

/** How a column file is read. A detail that is absent is as in `PLAIN_DETAILS`. */
export interface ColumnFormat extends SourceFormat, Partial<FormatDetails> {
  kind?: 'columns';
  separator: Separator;
  /** Number of columns of a row. */
  columns: number;
  /** 0-based column of the word. */
  wordColumn: number;
  /** 0-based column of the tag. */
  tagColumn: number;
}

/** Details in which a column file may differ from CoNLL-2003. */
export interface FormatDetails {
  /** Fields may stand in double quotes, doubled inside (RFC 4180). */
  isQuoted: boolean;
  /** Runs of separators count as one, and blanks at a row's start and end are no columns. */
  isPadded: boolean;
  /** The first row names the columns. */
  hasHeader: boolean;
  /** Column that numbers the words; rows numbered `2-3` or `2.1` hold no word of their own (CoNLL-U). Null where there is none. */
  indexColumn: number | null;
  /** Column in which another value, or the first after empty ones, begins a sentence. Null where there is none. */
  sentenceColumn: number | null;
  /** End of a sentence where no column tells it: an empty line, a full stop as well, or an index that begins again. */
  sentenceEnd: 'empty-line' | 'full-stop' | 'index';
  /** Key of the tag in a column of `key=value|key=value` (CoNLL-U's MISC). Null where the column holds the tag alone. */
  tagKey: string | null;
  /** The tag in the last column takes whatever follows it in its row: `Orla Company Name`. */
  tagTakesRest: boolean;
  markSide: MarkSide;
  /** Position marks are written in lower case: `b-per`. */
  isLowerCase: boolean;
  /** Characters between mark and label. */
  joint: string;
  /** Prefix that counts where a tag has two (`B-I-PER`). Null where tags have one. */
  doubledMark: 'first' | 'second' | null;
  /** Tags that mean outside of any entity. */
  outside: readonly string[];
  /** Entity type where tags are marks without a label. */
  typeName: string;
}

/** Entity type of a corpus that names none. */
export const UNNAMED_TYPE = 'ENTITY';

/** The details of CoNLL-2003, and of most files. */
export const PLAIN_DETAILS: Readonly<FormatDetails> = {
  isQuoted: false,
  isPadded: false,
  hasHeader: false,
  indexColumn: null,
  sentenceColumn: null,
  sentenceEnd: 'empty-line',
  tagKey: null,
  tagTakesRest: false,
  markSide: 'before',
  isLowerCase: false,
  joint: '-',
  doubledMark: null,
  outside: ['O'],
  typeName: UNNAMED_TYPE,
};

export type CompleteFormat = ColumnFormat & FormatDetails;

/** Returns the format of a column file; undefined where the file is of another kind. */
export function asColumns<Format extends SourceFormat>(
  format: Format | undefined,
): (Format & ColumnFormat) | undefined {
  return format && isColumns(format) ? format : undefined;
}

function isColumns(format: SourceFormat): format is ColumnFormat {
  return kindOf(format) === 'columns';
}

/** Fills in the details that a format leaves out. */
export function completeFormat(format: ColumnFormat): CompleteFormat {
  return { ...PLAIN_DETAILS, ...format };
}
