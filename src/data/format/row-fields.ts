import type { CompleteFormat, Separator } from './column-format';

/** Rules by which a row is cut into fields. */
export type FieldRules = Pick<CompleteFormat, 'separator' | 'isQuoted' | 'isPadded'>;

/** Blanks of Unicode that can stand between words: TAB, space, no-break spaces, spaces of a fixed width. */
const BLANKS = '\t \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000';
const BLANK = new RegExp(`[${BLANKS}]`, 'gu');
const blankBeyondAscii = new RegExp(`[${BLANKS.slice(2)}]`, 'gu');

const CHARACTERS: Record<Exclude<Separator, 'blank'>, string> = {
  tab: '\t',
  space: ' ',
  comma: ',',
  semicolon: ';',
  pipe: '|',
};

/** Returns the character that a file writes between columns. */
export function characterOf(separator: Separator): string {
  return separator === 'blank' ? ' ' : CHARACTERS[separator];
}

const NAMES: Record<Separator, string> = {
  tab: 'TAB',
  space: 'space',
  comma: 'comma',
  semicolon: 'semicolon',
  pipe: 'vertical bar',
  blank: 'blank',
};

/** Returns a separator's name in the singular, as findings tell it: `vertical bar`. */
export function nameOfSeparator(separator: Separator): string {
  return NAMES[separator];
}

/** Returns the blanks of a line that are neither TAB nor U+0020. */
export function strangeBlanks(line: string): string {
  return line.match(blankBeyondAscii)?.join('') ?? '';
}

/** Finds the bounds of a row's fields: start and end in turn, quotes included. */
export function fieldBounds(line: string, { separator, isQuoted, isPadded }: FieldRules): number[] {
  const bounds: number[] = [];
  let [start, end] = [0, line.length];
  if (isPadded) {
    while (start < end && isTabOrSpace(line, start)) start++;
    while (end > start && isTabOrSpace(line, end - 1)) end--;
  }
  while (start <= end) {
    const from = isQuoted ? quotedEnd(line, start, separator) : start;
    let next = nextSeparator(line, from, separator);
    if (next === -1 || next > end) next = end;
    if (!isPadded || next > start) bounds.push(start, next);
    start = next + 1;
  }
  return bounds;
}

/** Returns a field of a line, without its quotes. */
function fieldText(line: string, start: number, end: number, isQuoted: boolean): string {
  const field = line.slice(start, end);
  if (!isQuoted || field.length < 2 || !field.startsWith('"') || !field.endsWith('"')) return field;
  return field.slice(1, -1).replaceAll('""', '"');
}

/** Splits a row into its fields. */
export function splitRow(line: string, rules: FieldRules): string[] {
  const { separator, isQuoted, isPadded } = rules;
  if (!isQuoted && !isPadded && separator !== 'blank') return line.split(CHARACTERS[separator]);
  const bounds = fieldBounds(line, rules);
  const fields: string[] = [];
  for (let index = 0; index < bounds.length; index += 2) {
    fields.push(fieldText(line, bounds[index]!, bounds[index + 1]!, isQuoted));
  }
  return fields;
}

/** Splits a row into its fields, without the empty ones that superfluous separators make: at a row's end, and among spaces. */
export function splitLeniently(line: string, rules: FieldRules): string[] {
  const fields = splitRow(line, rules);
  if (rules.separator === 'space') {
    return fields.filter((field, index) => index === 0 || field !== '');
  }
  while (fields.length > 1 && fields[fields.length - 1] === '') fields.pop();
  return fields;
}

/** Finds the index from which a field's end is looked for: behind its closing quote, or at its start where it has none. */
function quotedEnd(line: string, start: number, separator: Separator): number {
  if (line.charAt(start) !== '"') return start;
  for (let at = start + 1; ;) {
    const quote = line.indexOf('"', at);
    if (quote === -1) return start;
    if (line.charAt(quote + 1) === '"') {
      at = quote + 2;
      continue;
    }
    const after = quote + 1;
    return after === line.length || nextSeparator(line, after, separator) === after ? after : start;
  }
}

function nextSeparator(line: string, from: number, separator: Separator): number {
  if (separator !== 'blank') return line.indexOf(CHARACTERS[separator], from);
  BLANK.lastIndex = from;
  return BLANK.exec(line)?.index ?? -1;
}

function isTabOrSpace(line: string, at: number): boolean {
  const code = line.charCodeAt(at);
  return code === 9 || code === 32;
}
