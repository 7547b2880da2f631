import { completeFormat, type ColumnFormat } from '../format/column-format';
import { withoutHidden } from '../format/hidden-characters';
import type { EditedLine } from './line-edits';
import { characterOf } from '../format/row-fields';
import { RowScanner } from '../format/row-scanner';
import { TagNotation } from '../format/tag-notation';

/** Change that a fix makes in a row: it removes the row, writes another tag, or takes out what is superfluous. */
export type RowChange =
  | { do: 'remove' }
  | { do: 'tag'; tag: string }
  | { do: 'drop-separators' }
  | { do: 'plain-blanks' }
  | { do: 'drop-hidden' };

/** Applies a change to a row, whose other characters stay as they are. Undefined where the row is removed. */
export function rewriteRow(line: string, change: RowChange, format: ColumnFormat): EditedLine {
  if (change.do === 'remove') return undefined;
  const complete = completeFormat(format);
  const row = new RowScanner(complete, new TagNotation(complete));
  const bounds = row.bounds(line);
  if (!bounds || change.do === 'drop-separators' || change.do === 'plain-blanks') {
    return writeFields(line, change, row, complete);
  }
  const put = ([start, end]: [number, number], text: string) =>
    line.slice(0, start) + text + line.slice(end);
  if (change.do === 'tag') return put(bounds.tag, change.tag);
  const [first, second] = [bounds.word, bounds.tag].sort(([a], [b]) => a - b) as [
    [number, number],
    [number, number],
  ];
  return (
    line.slice(0, first[0]) +
    withoutHidden(line.slice(...first)) +
    line.slice(first[1], second[0]) +
    withoutHidden(line.slice(...second)) +
    line.slice(second[1])
  );
}

/** Writes a row anew, its fields separated as the format says. */
function writeFields(
  line: string,
  change: RowChange,
  row: RowScanner,
  { separator, wordColumn, tagColumn }: ColumnFormat,
): string {
  const fields = row.fields(line);
  if (fields.length === 0) return line;
  if (change.do === 'tag') fields[tagColumn] = change.tag;
  if (change.do === 'plain-blanks') {
    fields[wordColumn] = row.word;
    fields[tagColumn] = row.tag;
  }
  if (change.do === 'drop-hidden') {
    fields[wordColumn] = withoutHidden(fields[wordColumn] ?? '');
    fields[tagColumn] = withoutHidden(fields[tagColumn] ?? '');
  }
  return fields.join(characterOf(separator));
}
