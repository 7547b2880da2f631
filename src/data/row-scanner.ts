import type { ColumnFormat } from './column-format';

/** The row layout, as far as taking a row apart needs it. */
export type RowLayout = Pick<ColumnFormat, 'separator' | 'columns' | 'wordColumn' | 'tagColumn'>;

/**
 * Takes the word and the tag out of one row after another, without an array for each.
 *
 * Columns are separated by TAB or by U+0020, never by other white space, which may be part of a word. Where there are too many
 * fields, empty ones are passed over if the row then fits: at the end of a TAB row, anywhere but at the front of a space row.
 */
export class RowScanner {
  /** Of the last row scanned; empty where it has too few columns. */
  word = '';
  tag = '';
  /** The columns of the last row. */
  columns = 0;
  /** True where the last row fits only without its superfluous separators. */
  isRepaired = false;
  readonly #layout: RowLayout;
  readonly #mark: string;

  constructor(layout: RowLayout) {
    this.#layout = layout;
    this.#mark = layout.separator === 'tab' ? '\t' : ' ';
  }

  /** Whether the line has the layout's number of columns; then `word` and `tag` (trimmed) are the line's. */
  scan(line: string): boolean {
    const { separator, columns, wordColumn, tagColumn } = this.#layout;
    this.word = '';
    this.tag = '';
    this.isRepaired = false;
    let column = 0;
    let start = 0;
    for (;;) {
      const mark = line.indexOf(this.#mark, start);
      const end = mark === -1 ? line.length : mark;
      if (column === wordColumn) this.word = line.slice(start, end);
      else if (column === tagColumn) this.tag = line.slice(start, end).trim();
      column++;
      if (mark === -1) break;
      start = mark + 1;
    }
    this.columns = column;
    if (column <= columns) return column === columns;
    const fields = splitFields(line, separator);
    if (fields.length !== columns) return false;
    this.word = fields[wordColumn] ?? '';
    this.tag = fields[tagColumn]?.trim() ?? '';
    this.isRepaired = true;
    return true;
  }
}

/** All fields of a line but the empty ones that superfluous separators make. */
export function splitFields(line: string, separator: 'tab' | 'space'): string[] {
  const fields = line.split(separator === 'tab' ? '\t' : ' ');
  if (separator === 'space') return fields.filter((field, index) => index === 0 || field !== '');
  while (fields.length > 1 && fields[fields.length - 1] === '') fields.pop();
  return fields;
}
