import type { ColumnFormat } from './column-format';
import { splitTag } from '../ner/tag-scheme';

/** The row layout, as far as telling lines apart needs it. */
export type RowLayout = Pick<ColumnFormat, 'separator' | 'columns' | 'wordColumn' | 'tagColumn'>;

const DOCUMENT_START = '-DOCSTART-';
const HASH = 35;

/** A line of white space ends a sentence. */
export function isBlank(line: string): boolean {
  return line.trim() === '';
}

/** `-DOCSTART-`, alone or before anything that TAB or space separates: MobIE writes spaces there in a TAB file. */
export function isDocumentStart(line: string): boolean {
  if (!line.startsWith(DOCUMENT_START)) return false;
  const next = line.charAt(DOCUMENT_START.length);
  return next === '' || next === ' ' || next === '\t';
}

/**
 * A comment begins with `#` where no row can, or with `# ` where the line does not fit as a row.
 *
 * Where another column stands before the word (GermEval's and UNER's index), every line that begins with `#` is a comment.
 * Elsewhere the word itself may be `#` or `#hashtag`, so `# O` in a space-separated file is a row, and only a line that
 * begins with `# ` and has no tag in its place is a comment.
 */
export function isComment(line: string, layout: RowLayout): boolean {
  if (line.charCodeAt(0) !== HASH) return false;
  if (layout.wordColumn > 0) return true;
  if (line === '#') return layout.columns > 1;
  if (line.charAt(1) !== ' ') return false;
  const { fields } = splitRow(line, layout);
  return fields.length !== layout.columns || splitTag(fields[layout.tagColumn] ?? '').prefix === '';
}

/** A line's fields, and whether separators too many were passed over. */
export interface Row {
  fields: string[];
  /** True where trailing separators, or runs of spaces, were read as fewer. */
  repaired: boolean;
}

/**
 * Splits a line on TAB or on U+0020, never on other white space, which may be part of a word.
 *
 * Where that gives too many fields, empty ones are left out if the row then fits: at the end of a TAB row, anywhere but at
 * the front of a space row.
 */
export function splitRow(line: string, layout: Pick<RowLayout, 'separator' | 'columns'>): Row {
  const fields = line.split(layout.separator === 'tab' ? '\t' : ' ');
  if (fields.length <= layout.columns) return { fields, repaired: false };
  const fewer = withoutEmpty(fields, layout.separator);
  return fewer.length === layout.columns
    ? { fields: fewer, repaired: true }
    : { fields, repaired: false };
}

/** The fields without those that only separators too many make. */
export function withoutEmpty(fields: readonly string[], separator: 'tab' | 'space'): string[] {
  if (separator === 'space') return fields.filter((field, index) => index === 0 || field !== '');
  let length = fields.length;
  while (length > 1 && fields[length - 1] === '') length--;
  return fields.slice(0, length);
}
