import { quote } from '../format/hidden-characters';
import type { ColumnFormat } from '../format/column-format';
import type { FormatQuestion } from '../format/detected-format';
import type { SampleRow } from './column-profile';
import type { ColumnRoles } from './column-roles';
import { TagNotation } from '../format/tag-notation';

/** Names that people give to columns, letters alone, in lower case. */
const columnNames = new Set(
  (
    'sentence sentences sent sentenceid sentid sentno id idx index no nr num number word words wordid token tokens tokenid ' +
    'tokentext form text texta term terms lemma pos postag postags upos xpos chunk chunks chunktag tag tags label labels ner ' +
    'nertag nertags ne netag netags neemb entity entities entitytype iob bio bioes bilou class type feats head deprel deps ' +
    'misc gndid urlid wort wörter satz satznr marke etikett mot mots étiquette phrase palabra etiqueta parola annotation'
  ).split(' '),
);
/** A tag with a slip in it rather than a name. */
const LOOKS_MARKED = /^[BIESLUMW][^\p{L}\p{N}]/iu;
/** Rows below which a label that stands once says nothing. */
const FEWEST_ROWS = 8;
/** Share of the first row's fields that must be such names. */
const NAMED_SHARE = 0.5;

/** Tells whether the first row names the columns, by its own words; `isSettled` where a person said so. */
export function headerOf(
  first: SampleRow | undefined,
  { hasHeader }: Partial<ColumnFormat>,
): { isHeader: boolean; isSettled: boolean } {
  if (hasHeader !== undefined) return { isHeader: hasHeader, isSettled: true };
  const fields = first?.fields.filter((field) => field.trim() !== '') ?? [];
  const named = fields.filter((field) => columnNames.has(lettersOf(field)));
  const isHeader = named.length >= 2 && named.length >= fields.length * NAMED_SHARE;
  return { isHeader, isSettled: false };
}

/** Asks about a first row whose label stands nowhere else, while every other label comes again. */
export function doubtfulHeader(
  table: readonly SampleRow[],
  { tag: { column, tagKey, labels, notation }, word }: ColumnRoles,
): FormatQuestion | undefined {
  const label = table[0]?.fields[column]?.trim() ?? '';
  if (tagKey !== null || table.length < FEWEST_ROWS || label === '') return undefined;
  if (new TagNotation(notation.details).read(label).parts.prefix !== '') return undefined;
  const times = (one: string) =>
    table.filter(({ fields }) => (fields[column] ?? '').trim() === one).length;
  const isBare = notation.marked === 0;
  if (notation.marked > 0 && (labels.includes(label) || LOOKS_MARKED.test(label))) return undefined;
  const others = labels.filter((one) => one !== label);
  if (times(label) > 1 || (isBare && others.some((one) => times(one) === 1))) return undefined;
  const no = isBare ? `No, ${quote(label)} is an entity type` : 'No, it is a row with an error';
  return {
    aspect: 'columns',
    text: `Does the first row (${quote(table[0]!.fields[word] ?? '')}, ${quote(label)}) name the columns? ${quote(label)} stands nowhere else, so it is read so and left out.`,
    readings: [
      { title: 'Yes, it names the columns', change: { hasHeader: true } },
      { title: no, change: { hasHeader: false } },
    ],
  };
}

function lettersOf(field: string): string {
  return field.toLowerCase().replaceAll(/[^\p{L}]/gu, '');
}
