import { detectColumns } from '../detect/detect-columns';
import { countUnreadEntities } from '../findings/unread-tags';
import { rewriteRow } from '../fixes/rewrite-row';
import type { ColumnFormat } from '../format/column-format';
import { cutRow } from '../format/row-cells';
import { TagNotation } from '../format/tag-notation';
import { ColumnReader } from '../read/column-reader';
import { linesOfSentence } from '../read/sentence-lines';
import type { PreviewTable, SourceReader } from './source-reader';

/** Reads column files: one word a row with its tag, as CoNLL-2003, CoNLL-U and CSV have it. */
export const columnFiles: SourceReader<ColumnFormat> = {
  expected:
    'expected rows of a word and a tag, an empty line after each sentence. Check the columns and the separator.',
  detect: detectColumns,
  open: (name, format, listener) => new ColumnReader(name, format, listener),
  notationOf: (format) => new TagNotation(format),
  linesOf: linesOfSentence,
  allows: () => true,
  rewrite: rewriteRow,
  countUnread: countUnreadEntities,
  preview(lines, sentences, format, most) {
    const marks: PreviewTable['marks'] = [];
    for (const { sentence, rows } of sentences) {
      for (const { start, end, label } of sentence.spans) {
        const first = rows[start]!.line - 1;
        if (first < most) marks.push({ start: first, end: rows[end - 1]!.line, label });
      }
    }
    const { separator } = format;
    return { rows: lines.slice(0, most).map((line) => cutRow(line, format)), marks, separator };
  },
};
