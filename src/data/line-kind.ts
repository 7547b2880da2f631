import { splitTag } from '../ner/tag-scheme';
import { splitFields, type RowLayout } from './row-scanner';

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
  const fields = splitFields(line, layout.separator);
  return fields.length !== layout.columns || splitTag(fields[layout.tagColumn] ?? '').prefix === '';
}
