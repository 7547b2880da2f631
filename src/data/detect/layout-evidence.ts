import { listSome, shorten } from '../../messages/shorten';
import type { ColumnFormat, FormatDetails, Separator } from '../format/column-format';
import type { SampleRow, TagLevel } from './column-profile';
import type { ColumnRoles } from './column-roles';
import type { FieldRules } from '../format/row-fields';

const SEPARATOR_PLURALS: Record<Separator, string> = {
  tab: 'TABs',
  space: 'Spaces',
  comma: 'Commas',
  semicolon: 'Semicolons',
  pipe: 'Vertical bars',
  blank: 'Blanks of any kind, such as U+00A0,',
};

/** Returns a separator's name in the plural, as a sentence begins with it: `TABs`. */
export function pluralOfSeparator(separator: Separator): string {
  return SEPARATOR_PLURALS[separator];
}

/** e.g. `TABs between columns, because every row has one`. */
export function separatorEvidence(
  { separator, isPadded, isQuoted }: FieldRules,
  withTab: number,
  rows: number,
  columns: number,
): string {
  const padding =
    isPadded && separator !== 'blank'
      ? '; runs of them count as one, and rows may be indented'
      : '';
  const quotes = isQuoted ? '; fields may stand in double quotes' : '';
  return `${pluralOfSeparator(separator)} between columns, because ${reasonOf(separator, withTab, rows, columns)}${padding}${quotes}`;
}

function reasonOf(separator: Separator, withTab: number, rows: number, columns: number): string {
  const found = `${withTab.toLocaleString('en')} of ${rows.toLocaleString('en')} rows have a TAB`;
  switch (separator) {
    case 'tab':
      return withTab === rows ? 'every row has one' : found;
    case 'space':
      if (withTab === 0) return 'no row has a TAB';
      return withTab * 2 > rows
        ? `they cut the rows into ${columns} columns, as no TAB does`
        : found;
    case 'blank':
      return `neither TABs nor spaces alone cut the rows into ${columns} columns`;
    default:
      return `they cut the rows into ${columns} columns, as no TAB or space does`;
  }
}

/** e.g. `Four columns in 9 of 11 sampled rows, index first, word second and tag third`. */
export function columnsEvidence(
  { columns, wordColumn, tagColumn, tagKey, hasHeader }: ColumnFormat | FoundColumns,
  { index, others, certainty, tag }: ColumnRoles,
  { fit, rows, sampled }: { fit: number; rows: number; sampled: number },
): string {
  const count = NUMERALS[columns] ?? String(columns);
  const fitting = Math.round(fit * rows);
  const share =
    fitting >= rows
      ? ''
      : ` in ${fitting.toLocaleString('en')} of ${rows.toLocaleString('en')} sampled rows`;
  const indexPart = index === null ? '' : ` index ${ordinalOf(index, columns)},`;
  const key = tagKey === null || tagKey === undefined ? '' : ` under ${shorten(tagKey)}=`;
  const levels =
    others.length === 0
      ? ''
      : ` (${countOf(tag)} there; ${listSome(
          others.map((other) => describe(other, columns)),
          { show: (level) => level },
        )}, left out)`;
  const header = hasHeader === true ? ', the first row naming them' : '';
  const dense = ` (${Math.round(tag.outsideShare * 100)} % of ${sampled.toLocaleString('en')} sampled words stand outside of entities)`;
  return (
    `${count} columns${share}${header},${indexPart} word ${ordinalOf(wordColumn, columns)} and tag ${ordinalOf(tagColumn, columns)}${key}${levels}` +
    (certainty === 'dense' ? dense : '') +
    (certainty === 'doubtful' ? ', though many of its fields are no tags' : '')
  );
}

type FoundColumns = Pick<
  ColumnFormat,
  'columns' | 'wordColumn' | 'tagColumn' | 'tagKey' | 'hasHeader'
>;

function describe(level: TagLevel, columns: number): string {
  const place =
    level.tagKey === null
      ? `the ${ordinalOf(level.column, columns)}`
      : `${level.tagKey}= in the ${ordinalOf(level.column, columns)}`;
  return `${place} holds another level of tags with ${countOf(level)}`;
}

function countOf({ entities }: TagLevel): string {
  return `${entities.toLocaleString('en')} ${entities === 1 ? 'entity' : 'entities'}`;
}

const NUMERALS = [
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
const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
];

function ordinalOf(column: number, columns: number): string {
  return column === columns - 1 ? 'last' : (ORDINALS[column] ?? `${column + 1}th`);
}

/** Says what begins or ends sentences, where it is not an empty line. */
export function sentenceEvidence(
  { sentenceColumn, sentenceEnd }: Pick<FormatDetails, 'sentenceColumn' | 'sentenceEnd'>,
  table: readonly SampleRow[],
): { sentences?: string } {
  if (sentenceColumn !== null && sentenceColumn !== undefined) {
    const example = table[0]?.fields[sentenceColumn]?.trim() ?? '';
    return {
      sentences: `column ${sentenceColumn + 1} ("${example}" …) says where a sentence begins`,
    };
  }
  if (sentenceEnd === 'index') {
    return { sentences: 'a sentence begins where the index begins again' };
  }
  if (sentenceEnd === 'full-stop') return { sentences: 'a sentence ends at each full stop' };
  return {};
}
