import type { EditedLine } from './line-edits';
import { withoutHidden } from './row-faults';
import { splitFields, type RowLayout } from './row-scanner';

/** What a fix does to a row: removes it, writes another tag, or takes out what is superfluous. */
export type RowChange =
  { do: 'remove' } | { do: 'tag'; tag: string } | { do: 'drop-separators' } | { do: 'drop-hidden' };

/** A row as a change leaves it; the other columns stay as they are. Undefined where the row is removed. */
export function rewriteRow(line: string, change: RowChange, layout: RowLayout): EditedLine {
  const mark = layout.separator === 'tab' ? '\t' : ' ';
  const raw = line.split(mark);
  const fields = raw.length === layout.columns ? raw : splitFields(line, layout.separator);
  switch (change.do) {
    case 'remove':
      return undefined;
    case 'tag':
      fields[layout.tagColumn] = change.tag;
      break;
    case 'drop-separators':
      break; // splitFields has left them out
    case 'drop-hidden':
      fields[layout.wordColumn] = withoutHidden(fields[layout.wordColumn] ?? '');
      break;
  }
  return fields.join(mark);
}
