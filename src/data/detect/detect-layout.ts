import { PLAIN_DETAILS, type ColumnFormat } from '../format/column-format';
import type { FormatQuestion } from '../format/detected-format';
import type { SampleRow } from './column-profile';
import { findRoles, type ColumnRoles } from './column-roles';
import { UnreadableFileError } from '../format/unreadable-file-error';
import { isForeign, refusal } from './foreign-form';
import { doubtfulHeader, headerOf } from './header-row';
import {
  columnsEvidence,
  pluralOfSeparator,
  sentenceEvidence,
  separatorEvidence,
} from './layout-evidence';
import type { FoundLayout } from './found-layout';
import { layoutQuestions, type LayoutFacts } from './layout-questions';
import { isBlank, isDocumentStart, isSentenceMark } from '../format/line-kind';
import { splitLeniently, splitRow, type FieldRules } from '../format/row-fields';
import { RowScanner } from '../format/row-scanner';
import { TagNotation } from '../format/tag-notation';
import { indexBeginsSentences } from './sentence-columns';

export interface LayoutVerdict {
  layout: FoundLayout;
  /** Roles of its columns, and how its tags are written. */
  roles: ColumnRoles;
  /** One sentence each, without its full stop. */
  evidence: { separator: string; columns: string; sentences?: string };
  questions: FormatQuestion[];
}

/** The share of rows that must agree before a file is read at all; where a person chose columns it is theirs to say. */
const FEWEST_FIT = 0.5;
/** Rows with too many fields below which their ends tell nothing. */
const FEWEST_TAILS = 4;
/** Rows below which superfluous separators are slips, unless every row has them. */
const FEWEST_PADDED = 4;
/** Blanks at a row's start or end, or in a run. */
const DOUBTFUL_BLANKS = /^[\t ]|[\t ]$|[\t ]{2}/;
const COMMENT = /^#(?:\s|$)/;
/** Separators that are tried where neither TAB nor space cuts the rows. */
const RARER = ['comma', 'semicolon', 'pipe', 'blank'] as const;
/** Share of rows that need other blanks overlooked before the whole file is read so. */
const PADDED_SHARE = 0.2;

/**
 * Detects, from a sample of lines, the separator, the number of columns, and which of them hold the word and the tag. Parts that
 * `choice` states are kept.
 *
 * Separators are tried in turn: TAB where most rows have one, space, comma, semicolon, and last any blank of Unicode. The word is the
 * first column that is neither numbers nor always the same; the tag is the column of tags with most entities, of equals the last
 * one (CoNLL), or, beside an index, the first (GermEval: its outer level).
 *
 * @throws Error where the lines hold no rows of at least two columns, or nothing like a tag.
 */
export function detectLayout(
  lines: readonly string[],
  name: string,
  choice: Partial<ColumnFormat> = {},
): LayoutVerdict {
  const content = lines.flatMap((line) => {
    if (isDocumentStart(line) || COMMENT.test(line)) return ['']; // they part sentences
    return line.startsWith('#') ? [] : [line];
  });
  const rows = content.filter((line) => !isBlank(line) && !isSentenceMark(line));
  const withTab = rows.filter((row) => row.includes('\t')).length;
  if (choice.separator === undefined && isForeign(lines)) {
    throw new UnreadableFileError(refusal(name, lines, rows));
  }
  const cuts = cutsOf(rows, withTab, choice);
  let best: Reading | undefined;
  for (const cut of cuts) {
    const reading = readWith(content, cut, choice);
    if (!reading) continue;
    if (!best || rank(reading) > rank(best)) best = reading;
    if (rank(best) >= 2) break;
  }
  const isChosen = choice.columns !== undefined || choice.tagColumn !== undefined;
  if (!best || (best.fit < FEWEST_FIT && !isChosen))
    throw new UnreadableFileError(refusal(name, lines, rows));
  return verdictOf(best, rows.length, withTab, choice);
}

interface Reading {
  cut: FieldRules;
  columns: number;
  roles: ColumnRoles;
  table: SampleRow[];
  /** Share of the rows that have these columns. */
  fit: number;
  tagTakesRest: boolean;
  hasHeader: boolean;
  headerQuestion: FormatQuestion | undefined;
}

/** Ranks a reading: clear tags before others, then by the share of rows that fit. */
function rank({ roles, fit }: Reading): number {
  return (roles.certainty === 'clear' ? 1.2 : 0.6) + fit;
}

function cutsOf(
  rows: readonly string[],
  withTab: number,
  choice: Partial<ColumnFormat>,
): FieldRules[] {
  const order = choice.separator
    ? [choice.separator]
    : withTab * 2 > rows.length
      ? (['tab', 'space', ...RARER] as const)
      : (['space', 'tab', ...RARER] as const);
  return order.map((separator) => {
    const isQuoted = choice.isQuoted ?? isWrittenQuoted(rows, separator);
    const plain: FieldRules = { separator, isQuoted, isPadded: false };
    const isPadded = choice.isPadded ?? (separator === 'blank' || needsPadding(rows, plain));
    return { separator, isQuoted, isPadded };
  });
}

/** Tells whether fields stand in quotes as CSV writes them; a lone quotation mark in a file of TABs or spaces is a word. */
function isWrittenQuoted(rows: readonly string[], separator: FieldRules['separator']): boolean {
  if (separator === 'space' || separator === 'blank') return false;
  const withQuotes = rows.filter((row) => row.includes('"'));
  if (withQuotes.length === 0) return false;
  if (separator !== 'tab') return true;
  const fields = withQuotes
    .flatMap((row) => row.split('\t'))
    .filter((field) => field.includes('"'));
  return (
    fields.every((field) => /^"(?:[^"]|"")*"$/.test(field)) &&
    fields.some((field) => field.slice(1, -1).includes('""'))
  );
}

function needsPadding(rows: readonly string[], plain: FieldRules): boolean {
  if (plain.separator !== 'space' && plain.separator !== 'tab') return false;
  const padded: FieldRules = { ...plain, isPadded: true };
  const [asIs, overlooked] = [new Map<number, number>(), new Map<number, number>()];
  let needing = 0;
  for (const row of rows) {
    const all = splitRow(row, plain).length;
    const some = DOUBTFUL_BLANKS.test(row) ? splitRow(row, padded).length : all;
    if (all !== some || /^[\t ]|[\t ]$/.test(row)) needing++;
    asIs.set(all, (asIs.get(all) ?? 0) + 1);
    overlooked.set(some, (overlooked.get(some) ?? 0) + 1);
  }
  const most = (counts: Map<number, number>) => Math.max(0, ...counts.values());
  const isCustom = needing === rows.length || needing >= FEWEST_PADDED;
  return isCustom && needing >= rows.length * PADDED_SHARE && most(overlooked) >= most(asIs);
}

function readWith(
  content: readonly string[],
  cut: FieldRules,
  choice: Partial<ColumnFormat>,
): Reading | undefined {
  const { separator } = cut;
  const split = (row: string) =>
    separator === 'space' && !cut.isPadded ? splitLeniently(row, cut) : splitRow(row, cut);
  const all: SampleRow[] = [];
  let beginsBlock = true;
  for (const line of content) {
    if (isBlank(line, separator) || isSentenceMark(line)) {
      beginsBlock = true;
      continue;
    }
    all.push({ fields: split(line), beginsBlock });
    beginsBlock = false;
  }
  const columns = choice.columns ?? commonest(all.map(({ fields }) => fields.length));
  if (columns === undefined || columns < 2) return undefined;
  const tagTakesRest =
    choice.tagTakesRest ?? (separator === 'space' && haveCommonTails(all, columns));
  if (tagTakesRest) {
    for (const row of all) row.fields = joinTail(row.fields, columns);
  }
  const fitting = all.filter(({ fields }) => fields.length === columns);
  const named = headerOf(fitting[0] === all[0] ? all[0] : undefined, choice);
  const table = named.isHeader ? fitting.slice(1) : fitting;
  const roles = findRoles(table, columns, choice);
  if (!roles) return undefined;
  const row = new RowScanner(
    {
      ...cut,
      columns,
      wordColumn: roles.word,
      tagColumn: roles.tag.column,
      tagKey: null,
      tagTakesRest,
    },
    new TagNotation(roles.tag.notation.details),
  );
  const isRow = (line: string) => !isBlank(line, separator) && !isSentenceMark(line);
  const fit = content.filter((line) => isRow(line) && row.scan(line)).length / all.length;
  const base = { cut, columns, fit, tagTakesRest };
  if (named.isHeader || named.isSettled || fitting[0] !== all[0]) {
    return { ...base, roles, table, hasHeader: named.isHeader, headerQuestion: undefined };
  }
  const question = doubtfulHeader(table, roles);
  if (!question) return { ...base, roles, table, hasHeader: false, headerQuestion: undefined };
  const rest = table.slice(1);
  const again = findRoles(rest, columns, choice);
  return again
    ? { ...base, roles: again, table: rest, hasHeader: true, headerQuestion: question }
    : { ...base, roles, table, hasHeader: false, headerQuestion: undefined };
}

function verdictOf(
  { cut, columns, roles, table, fit, hasHeader, headerQuestion, tagTakesRest }: Reading,
  rows: number,
  withTab: number,
  choice: Partial<ColumnFormat>,
): LayoutVerdict {
  const blocks = table.filter(({ beginsBlock }) => beginsBlock).length;
  const restarts = roles.index !== null && blocks <= 1 && indexBeginsSentences(table, roles.index);
  const layout: FoundLayout = {
    ...cut,
    columns,
    wordColumn: roles.word,
    tagColumn: roles.tag.column,
    tagKey: roles.tag.tagKey,
    tagTakesRest,
    hasHeader,
    indexColumn: roles.index,
    sentenceColumn: roles.sentence,
    sentenceEnd: choice.sentenceEnd ?? (restarts ? 'index' : PLAIN_DETAILS.sentenceEnd),
  };
  const facts: LayoutFacts = { layout, roles, table, fit, rows, withTab };
  return {
    layout,
    roles,
    evidence: {
      separator: choice.separator
        ? `${pluralOfSeparator(cut.separator)} between columns, as chosen`
        : separatorEvidence(cut, withTab, rows, columns),
      columns: columnsEvidence(layout, roles, { fit, rows, sampled: table.length }),
      ...sentenceEvidence(layout, table),
    },
    questions: [
      ...(headerQuestion ? [headerQuestion] : []),
      ...roles.questions,
      ...layoutQuestions(facts, choice),
    ],
  };
}

/** Tells whether rows with too many fields end alike, as labels of several words do and words do not. */
function haveCommonTails(rows: readonly SampleRow[], columns: number): boolean {
  const tails = rows.flatMap(({ fields }) =>
    fields.length > columns ? [fields.slice(columns - 1).join(' ')] : [],
  );
  return tails.length >= FEWEST_TAILS && new Set(tails).size * 2 <= tails.length;
}

function joinTail(fields: readonly string[], columns: number): readonly string[] {
  if (fields.length <= columns) return fields;
  return [...fields.slice(0, columns - 1), fields.slice(columns - 1).join(' ')];
}

function commonest(numbers: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0];
}
