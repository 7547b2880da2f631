import type { ColumnFormat } from '../../data/format/column-format';
import type { ImportChoice } from '../../protocol/data-calls';
import type { CorpusFile } from '../../storage/records';

/**
 * Recovers the choices that a file was read with. Old records do not hold them: there, a choice is whatever differs from what was
 * detected. A seeded split is no choice.
 */
export function choiceBehind(file: CorpusFile, splitIsSeeded: boolean): ImportChoice {
  const format = file.choice ?? differenceOf(file);
  return splitIsSeeded ? { format } : { format, split: file.split };
}

function differenceOf({ format, detected }: CorpusFile): Partial<ColumnFormat> {
  const difference: Partial<ColumnFormat> = {};
  const keys = ['encoding', 'separator', 'columns', 'wordColumn', 'tagColumn', 'scheme'] as const;
  for (const key of keys) {
    if (format[key] !== detected[key]) Object.assign(difference, { [key]: format[key] });
  }
  return difference;
}
