import { completeFormat, type ColumnFormat } from '../format/column-format';
import { cutRow } from '../format/row-cells';

/** A line of a file. */
export interface NumberedLine {
  line: number;
  text: string;
}

const MARK_BEFORE = /^([BIMELSUW])[-_.:/|](.+)$/iu;
const MARK_AFTER = /^(.+)[-_.:/|]([BIMELSUW])$/iu;

/**
 * Counts the entities, by type, that unreadable rows would hold: as their tags say in any notation, a label with blanks taken together.
 * Neighbouring lines with the same label are one entity unless a mark begins another.
 */
export function countUnreadEntities(
  lines: readonly NumberedLine[],
  format: ColumnFormat,
): Map<string, number> {
  const counts = new Map<string, number>();
  const { outside } = completeFormat(format);
  let previous: { line: number; label: string } | undefined;
  for (const { line, text } of lines) {
    const tag = tagOf(text, format);
    const read = tag === '' || outside.includes(tag) ? undefined : partsOf(tag);
    if (!read) {
      previous = undefined;
      continue;
    }
    const { mark, label } = read;
    const goesOn = previous?.line === line - 1 && previous.label === label && !/[BSUW]/u.test(mark);
    if (!goesOn) counts.set(label, (counts.get(label) ?? 0) + 1);
    previous = { line, label };
  }
  return counts;
}

/** Returns the tag of a row: its field, or, if the row has other columns, all from the first field with a position mark on. */
function tagOf(text: string, format: ColumnFormat): string {
  const fields = cutRow(text, format);
  if (fields.length === format.columns) return fields[format.tagColumn]?.trim() ?? '';
  const first = fields.findIndex((field, column) => column > 0 && MARK_BEFORE.test(field));
  return first < 0 ? '' : fields.slice(first).join(' ').trim();
}

function partsOf(tag: string): { mark: string; label: string } {
  const before = MARK_BEFORE.exec(tag);
  if (before) return { mark: before[1]!.toUpperCase(), label: before[2]! };
  const after = MARK_AFTER.exec(tag);
  if (after) return { mark: after[2]!.toUpperCase(), label: after[1]! };
  return { mark: '', label: tag };
}
