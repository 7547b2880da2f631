import type { ColumnFormat, Separator } from './column-format';
import { isBlank } from './line-kind';

/** Lines that tell what separates their columns. */
const TOLD_BY_LINES = 2000;

const cutters: Record<Separator, RegExp> = {
  tab: /\t/u,
  space: / +/u,
  comma: /,/u,
  semicolon: /;/u,
  blank: /[\s\u00a0\u2000-\u200b\u202f\u205f\u3000]+/u,
};

/** The separator that cuts most lines into equally many columns, two at least; a space where none does. */
export function likeliestSeparator(lines: readonly string[]): Separator {
  const rows = lines.slice(0, TOLD_BY_LINES).filter((line) => !isBlank(line));
  let [likeliest, most]: [Separator, number] = ['space', 0];
  for (const separator of ['tab', 'space', 'semicolon', 'comma', 'blank'] as const) {
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

/** The cells of a line, for showing them: none for a blank line. */
export function cutRow(
  line: string,
  { separator, isQuoted = false }: Pick<ColumnFormat, 'separator' | 'isQuoted'>,
): string[] {
  if (isBlank(line)) return [];
  const cells = line.split(cutters[separator]);
  return isQuoted ? cells.map(unquote) : cells;
}

function unquote(cell: string): string {
  const quoted = /^"(.*)"$/u.exec(cell.trim());
  return quoted ? quoted[1]!.replaceAll('""', '"') : cell;
}
