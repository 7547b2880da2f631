import { splitTag } from '../ner/tag-scheme';
import { isBlank, isDocumentStart } from './line-kind';
import { splitFields, type RowLayout } from './row-scanner';

export interface LayoutVerdict {
  layout: RowLayout;
  /** One sentence each, without its full stop. */
  evidence: { separator: string; columns: string };
  ambiguous: ('separator' | 'columns')[];
}

/** The share of rows that must agree before a choice goes without question. */
const CLEAR_SHARE = 0.8;
/** The share of fields that are tags in a column of tags; the rest is damage. */
const TAG_SHARE = 0.9;
/** Most words stand outside entities; a column with fewer O holds chunks (13 % O in CoNLL-2003's third). */
const OUTSIDE_SHARE = 0.3;
/** Bare labels (`PER`) look like words, so few different ones must fill their column. */
const MOST_BARE_LABELS = 100;

/**
 * Which separator, how many columns, and which of them hold the word and the tag, from a sample of lines.
 *
 * The word is the first column, or the one after an index that counts each sentence's words. The tag is the last column
 * that holds tags (CoNLL), or, beside an index, the first (GermEval: its outer level). What `choice` states is kept.
 *
 * @throws Error where the lines hold no rows of at least two columns, or nothing like a tag.
 */
export function detectLayout(
  lines: readonly string[],
  name: string,
  choice: Partial<RowLayout> = {},
): LayoutVerdict {
  const content = lines.filter((line) => !isDocumentStart(line) && !line.startsWith('#'));
  const rows = content.filter((line) => !isBlank(line));
  const withTab = rows.filter((row) => row.includes('\t')).length;
  const separator = choice.separator ?? (withTab * 2 > rows.length ? 'tab' : 'space');
  const split = (row: string) => splitFields(row, separator);
  const columns = choice.columns ?? commonest(rows.map((row) => split(row).length));
  if (columns === undefined || columns < 2) throw new Error(noCorpus(name, rows[0]));

  const table = rows.map(split).filter((fields) => fields.length === columns);
  const hasIndex = columns > 2 && countsWords(content.map((line) => split(line)[0] ?? ''));
  const tags = findTagColumn(table, columns, hasIndex);
  const tagColumn = choice.tagColumn ?? tags.column;
  if (tagColumn === undefined) throw new Error(noCorpus(name, rows[0]));
  const wordColumn = choice.wordColumn ?? (hasIndex || tagColumn === 0 ? 1 : 0);

  const layout: RowLayout = { separator, columns, wordColumn, tagColumn };
  const others = choice.tagColumn === undefined && hasIndex ? tags.others : [];
  const tabShare = withTab / rows.length;
  const isMixed = Math.min(tabShare, 1 - tabShare) > 1 - CLEAR_SHARE;
  const isUneven = table.length < rows.length * CLEAR_SHARE;
  const isDoubtful = choice.tagColumn === undefined && !tags.isClear;
  return {
    layout,
    evidence: {
      separator: choice.separator
        ? `${nameOf(separator)} between columns, as chosen`
        : separatorEvidence(separator, withTab, rows.length),
      columns:
        columnsEvidence(layout, table.length, rows.length, hasIndex, others) +
        (isDoubtful ? ', though many of its fields are no tags' : ''),
    },
    ambiguous: [
      ...(isMixed && !choice.separator ? ['separator' as const] : []),
      ...(isUneven || isDoubtful ? ['columns' as const] : []),
    ],
  };
}

interface TagColumns {
  /** Undefined where no column holds tags. */
  column: number | undefined;
  /** Columns of tags that were passed over. */
  others: number[];
  isClear: boolean;
}

function findTagColumn(table: string[][], columns: number, hasIndex: boolean): TagColumns {
  const profiles = Array.from({ length: columns }, (_, column) => profileOf(table, column));
  const isClear = ({ tagShare, outsideShare, different }: ColumnProfile) =>
    tagShare >= TAG_SHARE || (outsideShare >= OUTSIDE_SHARE && different <= MOST_BARE_LABELS);
  const clear = profiles.filter(isClear);
  if (clear.length === 0) {
    const best = profiles.reduce((a, b) => (b.tagShare >= a.tagShare ? b : a));
    return { column: best.tagShare >= 0.5 ? best.column : undefined, others: [], isClear: false };
  }
  const sparse = preferred(clear, ({ outsideShare }) => outsideShare >= OUTSIDE_SHARE);
  const telling = preferred(sparse, ({ different }) => different > 1); // more than O alone
  const chosen = (hasIndex ? telling[0] : telling[telling.length - 1])!;
  const others = telling.filter((profile) => profile !== chosen).map(({ column }) => column);
  return { column: chosen.column, others, isClear: true };
}

interface ColumnProfile {
  column: number;
  /** Fields that are O or carry a prefix. */
  tagShare: number;
  /** Fields that are O. */
  outsideShare: number;
  different: number;
}

function profileOf(table: string[][], column: number): ColumnProfile {
  const seen = new Set<string>();
  let [tags, outside] = [0, 0];
  for (const fields of table) {
    const field = (fields[column] ?? '').trim();
    const { prefix } = splitTag(field);
    if (prefix !== '') tags++;
    if (prefix === 'O') outside++;
    if (seen.size <= MOST_BARE_LABELS) seen.add(field);
  }
  const rows = Math.max(1, table.length);
  return { column, tagShare: tags / rows, outsideShare: outside / rows, different: seen.size };
}

/** Those that fit, or all where none does. */
function preferred<T>(all: T[], fits: (one: T) => boolean): T[] {
  const some = all.filter(fits);
  return some.length > 0 ? some : all;
}

/** Whether first fields count 1, 2, 3 … and begin again after each empty line. */
function countsWords(firstFields: readonly string[]): boolean {
  let [rows, counted, next] = [0, 0, 1];
  for (const field of firstFields) {
    if (field.trim() === '') {
      next = 1;
      continue;
    }
    rows++;
    if (Number(field) === next) counted++;
    next = Number.parseInt(field, 10) + 1;
  }
  return counted > 0 && counted >= rows * TAG_SHARE;
}

function commonest(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0];
}

function separatorEvidence(separator: 'tab' | 'space', withTab: number, rows: number): string {
  if (separator === 'space' && withTab === 0)
    return 'Spaces between columns, because no row has a TAB';
  const found = `${withTab.toLocaleString('en')} of ${rows.toLocaleString('en')} rows have a TAB`;
  return `${nameOf(separator)} between columns, because ${withTab === rows ? 'every row has one' : found}`;
}

function columnsEvidence(
  { columns, wordColumn, tagColumn }: RowLayout,
  fitting: number,
  rows: number,
  hasIndex: boolean,
  others: readonly number[],
): string {
  const count = numerals[columns] ?? String(columns);
  const share =
    fitting === rows
      ? ''
      : ` in ${fitting.toLocaleString('en')} of ${rows.toLocaleString('en')} sampled rows`;
  const index = hasIndex ? ' index first,' : '';
  const left = others.map((column) => ordinalOf(column, columns));
  const note =
    left.length === 0 ? '' : ` (the ${left.join(' and ')} holds another level of tags, left out)`;
  return `${count} columns${share},${index} word ${ordinalOf(wordColumn, columns)} and tag ${ordinalOf(tagColumn, columns)}${note}`;
}

const numerals = [
  'No',
  'One',
  'Two',
  'Three',
  'Four',
  'Five',
  'Six',
  'Seven',
  'Eight',
  'Nine',
  'Ten',
];
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'];

function ordinalOf(column: number, columns: number): string {
  return column === columns - 1 ? 'last' : (ordinals[column] ?? `in column ${column + 1}`);
}

function nameOf(separator: 'tab' | 'space'): string {
  return separator === 'tab' ? 'TABs' : 'Spaces';
}

function noCorpus(name: string, row: string | undefined): string {
  const found = row === undefined ? 'no rows at all' : `"${row.slice(0, 60)}"`;
  return (
    `${name}: expected rows of a word and a tag (O, B-PER, I-PER …) with a TAB or a space between, found ${found}; ` +
    'drop a column file (CoNLL), or choose the tag column.'
  );
}
