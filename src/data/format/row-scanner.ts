import type { CompleteFormat } from './column-format';
import { fieldBounds, splitLeniently, splitRow, strangeBlanks } from './row-fields';
import type { TagNotation } from './tag-notation';

/** The row layout, as far as taking a row apart needs it. */
export type ColumnLayout = Pick<
  CompleteFormat,
  'separator' | 'isQuoted' | 'isPadded' | 'columns' | 'wordColumn' | 'tagColumn' | 'tagKey'
> &
  Partial<Pick<CompleteFormat, 'indexColumn' | 'sentenceColumn' | 'tagTakesRest'>>;

/** Repair that lets a row fit: superfluous separators, other blanks between columns, a blank inside the last label. */
export type RowRepair = 'separators' | 'blanks' | 'label';

/**
 * Takes the word and the tag out of one row after another, without an array for each where columns are plain.
 *
 * A row with too many fields is read without the empty ones if it then fits: at the end of a TAB row, anywhere but at the front of
 * a space row. Else a last tag with a position mark takes what follows it (`B-Company Name`). In a row with too few
 * fields, U+00A0 and its like separate too.
 */
export class RowScanner {
  /** Word of the last row scanned, trimmed; empty where it has too few columns. */
  word = '';
  /** Tag of the last row scanned, trimmed. */
  tag = '';
  /** Index of the last row, where the layout has one. */
  index = '';
  /** Field of the last row that says where a sentence begins, where the layout has one. */
  sentence = '';
  /** Blanks other than TAB and space that stood beside word or tag, and were passed over. */
  margins = '';
  /** Columns of the last row. */
  columns = 0;
  /** Repair of the last row; undefined where it fits as it stands. */
  repair: RowRepair | undefined;
  readonly #layout: ColumnLayout;
  readonly #notation: TagNotation | undefined;
  readonly #isPlain: boolean;
  readonly #mark: string;
  /** -1 where there is none. */
  readonly #indexColumn: number;
  readonly #sentenceColumn: number;

  /** Without a notation no label is taken together. */
  constructor(layout: ColumnLayout, notation?: TagNotation) {
    this.#layout = layout;
    this.#notation = notation;
    const { separator, isQuoted, isPadded, tagKey } = layout;
    this.#isPlain =
      !isQuoted && !isPadded && tagKey === null && (separator === 'tab' || separator === 'space');
    this.#indexColumn = layout.indexColumn ?? -1;
    this.#sentenceColumn = layout.sentenceColumn ?? -1;
    this.#mark = separator === 'tab' ? '\t' : ' ';
  }

  /** Scans a line and tells whether it has the layout's number of columns; if so, `word` and `tag` are the line's. */
  scan(line: string): boolean {
    this.word = '';
    this.tag = '';
    this.repair = undefined;
    if (this.#isPlain) this.#scanPlain(line);
    else this.#take(splitRow(line, this.#layout));
    const fits = this.columns === this.#layout.columns || this.#mend(line);
    if (fits) this.#dropMargins();
    return fits;
  }

  /** Returns the fields of a line that fits, repaired where it must be. */
  fields(line: string): string[] {
    if (!this.scan(line)) return [];
    switch (this.repair) {
      case undefined:
        return splitRow(line, this.#layout);
      case 'separators':
        return splitLeniently(line, this.#layout);
      case 'blanks':
        return splitRow(line, BY_ANY_BLANK);
      case 'label':
        return this.#withJoinedLabel(line)!;
    }
  }

  /**
   * Finds the bounds of the word and of the tag in a line that fits as it stands, or needs only its label joined; undefined where its
   * fields must be written anew. The bounds of a tag under a key are those of its value.
   */
  bounds(line: string): { word: [number, number]; tag: [number, number] } | undefined {
    if (!this.scan(line) || (this.repair !== undefined && this.repair !== 'label'))
      return undefined;
    const { wordColumn, tagColumn, tagKey } = this.#layout;
    const all = fieldBounds(line, this.#layout);
    const word: [number, number] = [all[2 * wordColumn]!, all[2 * wordColumn + 1]!];
    let [start, end] = [all[2 * tagColumn]!, all[2 * tagColumn + 1]!];
    if (this.repair === 'label') end = all[all.length - 1]!;
    if (tagKey === null) return { word, tag: [start, end] };
    const value = valueBounds(line.slice(start, end), tagKey);
    if (!value) return undefined;
    [start, end] = [start + value[0], start + value[1]];
    return { word, tag: [start, end] };
  }

  #scanPlain(line: string): void {
    const { wordColumn, tagColumn } = this.#layout;
    const [indexColumn, sentenceColumn] = [this.#indexColumn, this.#sentenceColumn];
    let column = 0;
    let start = 0;
    for (;;) {
      const mark = line.indexOf(this.#mark, start);
      const end = mark === -1 ? line.length : mark;
      if (column === wordColumn) this.word = trimmed(line.slice(start, end));
      else if (column === tagColumn) this.tag = trimmed(line.slice(start, end));
      else if (column === indexColumn) this.index = line.slice(start, end).trim();
      else if (column === sentenceColumn) this.sentence = line.slice(start, end).trim();
      column++;
      if (mark === -1) break;
      start = mark + 1;
    }
    this.columns = column;
  }

  /** Takes strange blanks off the word and the tag. A word of nothing else stays. */
  #dropMargins(): void {
    this.margins = '';
    const { word, tag } = this;
    if (isStrange(word, 0) || isStrange(word, word.length - 1)) {
      const rest = withoutMargins(word);
      if (rest !== '') {
        this.margins += strangeBlanks(word.slice(0, 1) + word.slice(-1));
        this.word = rest;
      }
    }
    if (!isStrange(tag, 0) && !isStrange(tag, tag.length - 1)) return;
    this.margins += strangeBlanks(tag.slice(0, 1) + tag.slice(-1));
    this.tag = withoutMargins(tag);
  }

  #take(fields: readonly string[]): void {
    const { wordColumn, tagColumn, tagKey } = this.#layout;
    this.columns = fields.length;
    this.word = trimmed(fields[wordColumn] ?? '');
    this.index = fields[this.#indexColumn]?.trim() ?? '';
    this.sentence = fields[this.#sentenceColumn]?.trim() ?? '';
    const field = trimmed(fields[tagColumn] ?? '');
    this.tag = tagKey === null ? field : valueOfKey(field, tagKey);
  }

  #mend(line: string): boolean {
    const found = this.columns;
    for (const repair of ['separators', 'blanks', 'label'] as const) {
      const fields = this.#mended(line, repair);
      if (fields?.length !== this.#layout.columns) continue;
      this.#take(fields);
      this.repair = repair;
      return true;
    }
    this.columns = found;
    if (found > this.#layout.columns) return false;
    this.word = '';
    this.tag = '';
    return false;
  }

  #mended(line: string, repair: RowRepair): string[] | undefined {
    const { separator, columns } = this.#layout;
    switch (repair) {
      case 'separators':
        return this.columns > columns ? splitLeniently(line, this.#layout) : undefined;
      case 'blanks': {
        const canSeparate = separator === 'tab' || separator === 'space';
        return canSeparate && strangeBlanks(line) !== '' ? splitRow(line, BY_ANY_BLANK) : undefined;
      }
      case 'label':
        return this.#withJoinedLabel(line);
    }
  }

  #withJoinedLabel(line: string): string[] | undefined {
    const { separator, columns, tagColumn, tagTakesRest = false } = this.#layout;
    if (separator !== 'space' && separator !== 'blank') return undefined;
    const isMarkBefore = this.#notation?.details.markSide === 'before';
    if (!(isMarkBefore || tagTakesRest) || tagColumn !== columns - 1) return undefined;
    const fields = splitLeniently(line, this.#layout);
    const tag = fields[tagColumn];
    if (fields.length <= columns || tag === undefined) return undefined;
    if (!tagTakesRest && this.#notation?.read(tag).letter === '') return undefined;
    return [...fields.slice(0, tagColumn), fields.slice(tagColumn).join(' ').trim()];
  }
}

/** Returns a text without the TABs and spaces around it. */
function trimmed(text: string): string {
  const code = text.charCodeAt(text.length - 1);
  const isTidy = text === '' || (code > 32 && text.charCodeAt(0) > 32);
  return isTidy ? text : text.replace(/^[\t ]+|[\t ]+$/g, '');
}

/** Tells whether the character at an index is a blank beyond ASCII. */
function isStrange(text: string, at: number): boolean {
  return text.charCodeAt(at) > 127 && strangeBlanks(text.charAt(at)) !== '';
}

function withoutMargins(text: string): string {
  let [start, end] = [0, text.length];
  const isBlankAt = (at: number) => text.charCodeAt(at) <= 32 || isStrange(text, at);
  while (start < end && isBlankAt(start)) start++;
  while (end > start && isBlankAt(end - 1)) end--;
  return text.slice(start, end);
}

const BY_ANY_BLANK = { separator: 'blank', isQuoted: false, isPadded: true } as const;

/** Returns the value of a key in `key=value|key=value`; empty where the key is absent. */
export function valueOfKey(field: string, key: string): string {
  const bounds = valueBounds(field, key);
  return bounds ? field.slice(...bounds) : '';
}

function valueBounds(field: string, key: string): [number, number] | undefined {
  for (let start = 0; start <= field.length;) {
    const bar = field.indexOf('|', start);
    const end = bar === -1 ? field.length : bar;
    if (field.startsWith(`${key}=`, start)) return [start + key.length + 1, end];
    start = end + 1;
  }
  return undefined;
}
