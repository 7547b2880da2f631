import { PLAIN_DETAILS, SEPARATORS, type ColumnFormat, type Separator } from './column-format';
import { isBlank } from './line-kind';
import { splitLeniently, splitRow } from './row-fields';

/** Lines that tell what separates their columns. */
const TOLD_BY_LINES = 2000;

/** Finds the separator that cuts most lines into equally many columns, at least two; a space where none does. */
export function likeliestSeparator(lines: readonly string[]): Separator {
  const rows = lines.slice(0, TOLD_BY_LINES).filter((line) => !isBlank(line));
  let [likeliest, most]: [Separator, number] = ['space', 0];
  for (const separator of SEPARATORS) {
    const counts = new Map<number, number>();
    for (const row of rows) {
      const columns = cutRow(row, { separator }).length;
      if (columns > 1) counts.set(columns, (counts.get(columns) ?? 0) + 1);
    }
    const agreeing = Math.max(0, ...counts.values());
    if (agreeing > most) [likeliest, most] = [separator, agreeing];
  }
  return likeliest;
}

/** Cuts a line into cells, whether it is a row of the format or not; none for a blank line. */
export function cutRow(
  line: string,
  format: Pick<ColumnFormat, 'separator' | 'isQuoted' | 'isPadded'>,
): string[] {
  const { separator, isQuoted = PLAIN_DETAILS.isQuoted } = format;
  const rules = { separator, isQuoted, isPadded: format.isPadded ?? separator === 'blank' };
  if (isBlank(line, separator)) return [];
  const isLenient = !rules.isPadded && !isQuoted && (separator === 'tab' || separator === 'space');
  return isLenient ? splitLeniently(line, rules) : splitRow(line, rules);
}
