import { listSome } from '../../messages/shorten';
import { FILE_LIMITS } from '../../ner/file-limits';
import { quote } from '../format/hidden-characters';
import { isDocumentStart } from '../format/line-kind';

/** A form of file that is no column file: how it is told, and what to do with it. */
interface ForeignForm {
  isIt: (first: string, lines: readonly string[]) => boolean;
  name: string;
  wayOut: string;
  /** No column file looks like it. */
  isCertain?: true;
}

const PAIRS_ON_A_LINE = /^\S+[|/_](?:O|[BIESLUM]-\S+)(?: \S+[|/_](?:O|[BIESLUM]-\S+))+ *$/;
const TAGS_ON_A_LINE = /^[^\t]+\t(?:O|[BIESLUM]-\S+)(?: (?:O|[BIESLUM]-\S+))+$/;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const OTHER_LINE_ENDS = /[\u000b\u000c\u0085\u2028\u2029]/g;
/** A row whose word only looks like another form. */
const ENDS_IN_TAG = /[\t ,;|](?:O|[BIESLUMW]-\S+)\s*$/;
const AS_COLUMNS =
  'write each word on a line of its own with its tag behind it, an empty line after each sentence';

const foreignForms: readonly ForeignForm[] = [
  {
    isIt: (first) => /^(?:\{\s*"|\[\s*[[{"])/.test(first.trim()) || first.trim() === '[',
    isCertain: true,
    name: 'JSON',
    wayOut: `export the corpus as CoNLL, or ${AS_COLUMNS}`,
  },
  {
    isIt: (first) =>
      /^<(?:\?xml|!doctype|html|tei|corpus|document|root)\b/i.test(first.trim()) &&
      !ENDS_IN_TAG.test(first),
    isCertain: true,
    name: 'XML or HTML',
    wayOut: `export the corpus as CoNLL, or ${AS_COLUMNS}`,
  },
  {
    isIt: (_, lines) => lines.some((line) => line.startsWith('#FORMAT=WebAnno')),
    isCertain: true,
    name: 'WebAnno TSV (INCEpTION), whose labels carry numbers and may overlap',
    wayOut: 'export the layer as "CoNLL 2003" there',
  },
  {
    isIt: (_, lines) =>
      lines.some((line) => line.startsWith('#begin document')) ||
      lines.some((line) => /\s\(\p{Lu}+\*\)?\s/u.test(line)),
    name: 'CoNLL-2011/2012, which writes entities in brackets',
    wayOut: `convert the brackets to B- and I- tags: ${AS_COLUMNS}`,
  },
  {
    isIt: (_, lines) => isMostly(/^(?:#.*|\d+(?:[-.]\d+)?(?:\t[^\t]*){9})$/, lines),
    name: 'CoNLL-U without tags',
    wayOut: 'put each tag into MISC (NER=B-PER) or into a column of its own',
  },
  {
    isIt: (_, lines) => isMostly(PAIRS_ON_A_LINE, lines),
    isCertain: true,
    name: 'a sentence a line with a tag behind each word',
    wayOut: AS_COLUMNS,
  },
  {
    isIt: (_, lines) => isMostly(TAGS_ON_A_LINE, lines),
    isCertain: true,
    name: 'a sentence a line with its tags in a second column',
    wayOut: AS_COLUMNS,
  },
  {
    isIt: (first, lines) => (first.match(OTHER_LINE_ENDS)?.length ?? 0) > Math.max(2, lines.length),
    name: 'lines that end in U+0085, U+2028 or a vertical TAB',
    wayOut: 'save the file with the usual line ends (LF or CR LF)',
    isCertain: true,
  },
  {
    isIt: (first) => first.startsWith('PK\u0003\u0004'),
    isCertain: true,
    name: 'a ZIP archive',
    wayOut: 'unpack it and drop the files',
  },
  {
    isIt: (first) => first.startsWith('%PDF'),
    isCertain: true,
    name: 'a PDF',
    wayOut: 'drop a column file (CoNLL)',
  },
  {
    isIt: (first) => first.includes('\u0000'),
    isCertain: true,
    name: 'a binary file',
    wayOut: 'drop a column file (CoNLL)',
  },
];

/** Tells whether at least half of the first lines match. */
function isMostly(form: RegExp, lines: readonly string[]): boolean {
  const first = lines.filter((line) => line.trim() !== '').slice(0, 50);
  return first.filter((line) => form.test(line)).length * 2 >= first.length;
}

/** Tells whether lines are certainly no column file, whatever columns they could be cut into. */
export function isForeign(lines: readonly string[]): boolean {
  const first = lines.find((line) => line.trim() !== '');
  return (
    first !== undefined &&
    foreignForms.some(({ isCertain, isIt }) => isCertain === true && isIt(first, lines))
  );
}

/** Explains why a file is no corpus: what was expected, what was found, and the way out. */
export function refusal(name: string, lines: readonly string[], rows: readonly string[]): string {
  const expected = `${name}: expected rows of a word and a tag (O, B-PER, I-PER …) with a TAB, a space or a comma between`;
  const first = lines.find((line) => line.trim() !== '' && !isDocumentStart(line));
  if (first === undefined) {
    return `${expected}, found no rows at all; drop a column file (CoNLL).`;
  }
  const form = foreignForms.find(({ isIt }) => isIt(first, lines));
  if (form) return `${expected}, found ${form.name}; ${form.wayOut}.`;
  if (rows.length > 0 && lastColumnIsNumbers(rows)) {
    return `${expected}, found numbers in the last column (${quote(rows[0]!)}), which may stand for labels; write the labels' names, or choose the columns by hand.`;
  }
  const tags = new Set(
    rows.map((row) =>
      row
        .trim()
        .split(/[\t ,;]+/)
        .at(-1)!,
    ),
  );
  if (tags.size > FILE_LIMITS.labels && isMostly(ENDS_IN_TAG, rows)) {
    return `${expected}, found ${tags.size.toLocaleString('en')} different ones, such as ${listSome([...tags], { most: 2, show: quote })}, and a model holds at most ${FILE_LIMITS.labels.toLocaleString('en')} labels; choose another column as tag, by hand.`;
  }
  return `${expected}, found ${quote(rows[0] ?? first)}; drop a column file (CoNLL), or choose the columns by hand.`;
}

function lastColumnIsNumbers(rows: readonly string[]): boolean {
  const last = rows.map((row) => row.trim().split(/[\t ,;]+/));
  const columns = last.map((fields) => fields.length);
  return (
    columns.every((count) => count > 1) &&
    last.every((fields) => /^\d+$/.test(fields[fields.length - 1]!)) &&
    rows.length > 2
  );
}
