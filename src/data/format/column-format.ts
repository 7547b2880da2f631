import type { TagScheme } from '../../ner/tag-scheme';

export type TextEncoding = 'utf-8' | 'windows-1252' | 'utf-16le' | 'utf-16be';

/** Separators between the columns of a row; `blank` is any blank of Unicode, such as U+00A0. */
export const SEPARATORS = ['tab', 'space', 'comma', 'semicolon', 'pipe', 'blank'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** Side of the label on which a tag's position mark stands: `B-PER`, `PER-B`, or a mark without a label, `B`. */
export const MARK_SIDES = ['before', 'after', 'alone'] as const;
export type MarkSide = (typeof MARK_SIDES)[number];

/** How a column file is to be read. A detail that is absent is as in `PLAIN_DETAILS`. */
export interface ColumnFormat extends Partial<FormatDetails> {
  encoding: TextEncoding;
  separator: Separator;
  columns: number;
  /** 0-based column of the word. */
  wordColumn: number;
  /** 0-based column of the tag. */
  tagColumn: number;
  scheme: TagScheme;
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

/** A format with all its details. */
export function completeFormat(format: ColumnFormat): CompleteFormat {
  return { ...PLAIN_DETAILS, ...format };
}

/** Aspect of a format that is decided, and explained, by itself. */
export const FORMAT_ASPECTS = [
  'columns',
  'scheme',
  'tags',
  'sentences',
  'separator',
  'lines',
  'encoding',
] as const;
export type FormatAspect = (typeof FORMAT_ASPECTS)[number];

/** Something the file does not decide: the reading that was taken first, then the others that fit. */
export interface FormatQuestion {
  aspect: FormatAspect;
  /** e.g. `Is "0" the tag outside of entities? It stands in 8 of 185 rows and is read so.` */
  text: string;
  readings: FormatReading[];
}

/** A reading that a person may choose: what its button says, and what of the format it fixes. */
export interface FormatReading {
  title: string;
  change: Partial<ColumnFormat>;
}

/** A format with the reasons for it: what the page tells the person. */
export interface DetectedFormat extends ColumnFormat {
  /** One sentence a decision, without its full stop, e.g. `IOB1, because I- after O starts 23,124 entities`. */
  evidence: Record<'encoding' | 'separator' | 'columns' | 'scheme', string> &
    Partial<Record<FormatAspect, string>>;
  /** Choices the file does not decide; absent in corpora that were read before they were asked. */
  questions?: FormatQuestion[];
}

/** The format alone, without the reasons for it. */
export function formatOf(detected: DetectedFormat): CompleteFormat {
  const format: Partial<DetectedFormat> = { ...detected };
  delete format.evidence;
  delete format.questions;
  return completeFormat(format as ColumnFormat);
}
