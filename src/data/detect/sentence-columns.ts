import { NUMBERS_SHARE, type ColumnProfile, type SampleRow } from './column-profile';

/** Share of rows that must count on for a column to be an index. */
const COUNTED_SHARE = 0.9;
/** Words of a sentence beyond which a column that changes so rarely names documents. */
const LONGEST_MEAN_SENTENCE = 120;

/** Tells whether an index of CoNLL-U belongs to a row that holds no word of its own: a range (`2-3`) or an empty node (`2.1`). */
export function isRangeOrEmptyNode(index: string): boolean {
  return /^\d+[-.]\d+$/.test(index);
}

/** Finds the first column that numbers the words: in each sentence from 0 or 1, or through the whole file; null where there is none. */
export function detectIndex(
  table: readonly SampleRow[],
  profiles: readonly ColumnProfile[],
): number | null {
  if (profiles.length < 3) return null;
  const numbers = profiles.filter(({ numberShare }) => numberShare >= NUMBERS_SHARE);
  return numbers.find(({ column }) => countsOn(table, column))?.column ?? null;
}

function countsOn(table: readonly SampleRow[], column: number): boolean {
  let [rows, increments, starts, previous] = [0, 0, 0, NaN];
  for (const { fields } of table) {
    const field = (fields[column] ?? '').trim();
    if (isRangeOrEmptyNode(field)) continue;
    const value = Number(field);
    rows++;
    if (value === previous + 1) increments++;
    else if (rows === 1 || value === 0 || value === 1) starts++;
    previous = value;
  }
  return increments > 0 && increments * 2 >= rows && increments + starts >= rows * COUNTED_SHARE;
}

/** Tells whether the index begins again where no empty line says so. */
export function indexBeginsSentences(table: readonly SampleRow[], column: number): boolean {
  let [previous, restarts] = [NaN, 0];
  for (const { fields, beginsBlock } of table) {
    const value = Number.parseInt(fields[column] ?? '', 10);
    if (!beginsBlock && value < previous) restarts++;
    previous = value;
  }
  return restarts > 0;
}

/**
 * Finds the column that says where a sentence begins: filled in its first row alone (`Sentence: 1`), or the same value in all its rows. Null
 * where there is none, or where empty lines say it already.
 */
export function detectSentenceColumn(
  table: readonly SampleRow[],
  profiles: readonly ColumnProfile[],
  taken: readonly (number | null | undefined)[],
): number | null {
  const free = profiles.filter(({ column }) => !taken.includes(column));
  const sparse = free.find(
    ({ column, emptyShare, different }) =>
      emptyShare >= 0.5 && emptyShare < 1 && different > 2 && isFilledAtStarts(table, column),
  );
  if (sparse) return sparse.column;
  const blocks = table.filter(({ beginsBlock }) => beginsBlock).length;
  if (blocks > 1) return null;
  const runs = free.find(
    ({ different, changes, rows, isInRuns, emptyShare }) =>
      emptyShare === 0 &&
      different > 1 &&
      isInRuns &&
      rows >= changes * 2 &&
      rows <= changes * LONGEST_MEAN_SENTENCE,
  );
  return runs?.column ?? null;
}

/** Tells whether the first row has a value, and no value occurs twice. */
function isFilledAtStarts(table: readonly SampleRow[], column: number): boolean {
  const fields = table.map(({ fields: all }) => (all[column] ?? '').trim());
  const filled = fields.filter((field) => field !== '');
  return fields[0] !== '' && new Set(filled).size === filled.length;
}
