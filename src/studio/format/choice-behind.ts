import type { ColumnFormat } from '../../data/format/column-format';
import type { ImportChoice } from '../../protocol/data-calls';
import { asColumns } from '../../protocol/format-details';
import type { CorpusFile } from '../../storage/records';

/**
 * Recovers the choices that a file was read with. Old records do not hold them: there, a choice is whatever differs from what was
 * detected. A seeded split is no choice.
 */
export function choiceBehind(file: CorpusFile, splitIsSeeded: boolean): ImportChoice {
  const format = file.choice ?? differenceOf(file);
  return splitIsSeeded ? { format } : { format, split: file.split };
}

function differenceOf(file: CorpusFile): Partial<ColumnFormat> {
  const [format, detected] = [asColumns(file.format), asColumns(file.detected)];
  const difference: Partial<ColumnFormat> = {};
  if (!format || !detected) return difference;
  const keys = ['encoding', 'separator', 'columns', 'wordColumn', 'tagColumn', 'scheme'] as const;
  for (const key of keys) {
    if (format[key] !== detected[key]) Object.assign(difference, { [key]: format[key] });
  }
  return difference;
}
