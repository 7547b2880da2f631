import { shorten } from '../../messages/shorten';
import type { ColumnFormat } from '../format/column-format';
import type { FormatQuestion } from '../format/detected-format';
import {
  MOST_BARE_LABELS,
  NUMBERS_SHARE,
  keysOf,
  profileOf,
  tagLevelOf,
  type ColumnProfile,
  type SampleRow,
  type TagLevel,
} from './column-profile';
import { detectIndex, detectSentenceColumn } from './sentence-columns';

/** Which column is what. */
export interface ColumnRoles {
  word: number;
  tag: TagLevel;
  index: number | null;
  sentence: number | null;
  /** Other levels of tags, left out. */
  others: TagLevel[];
  /** Certainty with which the tags were found. */
  certainty: 'clear' | 'doubtful' | 'unmarked' | 'dense';
  questions: FormatQuestion[];
}

/** Share of fields that are tags in a column of tags; the rest is damage. */
const TAG_SHARE = 0.9;
const DOUBTFUL_SHARE = 0.5;
/** Most words stand outside entities; a column with fewer O holds chunks (13 % O in CoNLL-2003's third). */
const OUTSIDE_SHARE = 0.3;
/** Rows below which labels that fill a column cannot be told from words. */
const FEWEST_DENSE_ROWS = 6;
/** Keys under which a bare label is believed. */
const TAG_KEYS = /^(?:ner?|ne_?tag|ner_?tag|name|named_?entity|entity|ent|tag|label|iob|bio)$/i;
const LABEL_LIKE = /^[\p{L}][\p{L}\p{N}_.:/+ -]*$/u;

/** Finds the roles of a table's columns, what `choice` states kept; undefined where no column holds tags. */
export function findRoles(
  table: readonly SampleRow[],
  columns: number,
  choice: Partial<ColumnFormat>,
): ColumnRoles | undefined {
  const profiles = Array.from({ length: columns }, (_, column) => profileOf(table, column));
  const index =
    choice.indexColumn === undefined ? detectIndex(table, profiles) : choice.indexColumn;
  const levels = levelsOf(table, profiles, index, choice);
  const found = chooseLevel(table, levels, profiles, index, choice);
  if (!found) return choice.outside ? findWithoutOutside(table, columns, choice) : undefined;
  const { tag, others, certainty } = found;
  const sentence =
    choice.sentenceColumn === undefined
      ? detectSentenceColumn(table, profiles, [tag.column, index, choice.wordColumn])
      : choice.sentenceColumn;
  const word = choice.wordColumn ?? wordColumnOf(profiles, [tag.column, index, sentence]);
  if (word === undefined) return undefined;
  // Beside an index the first level is the outer one, by GermEval's custom.
  const isCustom = index !== null && others.every(({ column }) => column > tag.column);
  const isOpen = choice.tagColumn === undefined && choice.tagKey === undefined && !isCustom;
  const questions = isOpen && others.length > 0 ? [levelQuestion([tag, ...others])] : [];
  return { word, tag, index, sentence, others, certainty, questions };
}

/** Finds the tags as if nothing were said of O, and reads them as was said. */
function findWithoutOutside(
  table: readonly SampleRow[],
  columns: number,
  choice: Partial<ColumnFormat>,
): ColumnRoles | undefined {
  const open = { ...choice };
  delete open.outside;
  const tag = findRoles(table, columns, open)?.tag;
  if (!tag || choice.tagColumn === tag.column) return undefined;
  return findRoles(table, columns, { ...choice, tagColumn: tag.column, tagKey: tag.tagKey });
}

function levelsOf(
  table: readonly SampleRow[],
  profiles: readonly ColumnProfile[],
  index: number | null,
  choice: Partial<ColumnFormat>,
): TagLevel[] {
  const columns =
    choice.tagColumn === undefined
      ? profiles.map(({ column }) => column).filter((column) => column !== index)
      : [choice.tagColumn];
  return columns.flatMap((column) => {
    if (column === choice.wordColumn) return [];
    const keys = choice.tagKey === undefined ? [null, ...keysOf(table, column)] : [choice.tagKey];
    return keys.flatMap((key) => {
      const level = tagLevelOf(table, column, key, choice);
      return level ? [level] : [];
    });
  });
}

type Chosen = Pick<ColumnRoles, 'tag' | 'others' | 'certainty'>;

function chooseLevel(
  table: readonly SampleRow[],
  levels: readonly TagLevel[],
  profiles: readonly ColumnProfile[],
  index: number | null,
  choice: Partial<ColumnFormat>,
): Chosen | undefined {
  if (choice.tagColumn !== undefined && levels.length > 0) {
    const best = levels.reduce((a, b) => (b.notation.marked > a.notation.marked ? b : a));
    return { tag: best, others: [], certainty: 'clear' };
  }
  const whole = levels.filter(({ tagKey }) => tagKey === null);
  const clear = whole.filter((level) => isClear(level));
  const marked = clear.filter(({ notation }) => notation.marked > 0);
  const underKeys = levels.filter((level) => level.tagKey !== null && isKeyOfTags(table, level));
  if (marked.length === 0 && underKeys.length > 0) return amongClear(underKeys, index);
  if (clear.length > 0) return amongClear(clear, index);

  const best = whole.reduce<TagLevel | undefined>(
    (a, b) => (a && a.tagShare > b.tagShare ? a : b),
    undefined,
  );
  if (best && best.tagShare >= DOUBTFUL_SHARE && best.notation.marked > 0) {
    return { tag: best, others: [], certainty: 'doubtful' };
  }
  // A first column of words may hold a full stop as often as another holds an O.
  const isLabels = ({ column, labels, different }: TagLevel) =>
    column > 0 &&
    profiles[column]!.numberShare < NUMBERS_SHARE &&
    different >= 2 &&
    different <= MOST_BARE_LABELS &&
    labels.every((label) => LABEL_LIKE.test(label));
  const unmarked = whole.filter((level) => level.outsideShare >= OUTSIDE_SHARE && isLabels(level));
  if (unmarked.length > 0) return { ...amongClear(unmarked, index)!, certainty: 'unmarked' };
  const last = whole[whole.length - 1];
  const isDense =
    last !== undefined &&
    last.column === profiles.length - 1 &&
    table.length >= FEWEST_DENSE_ROWS &&
    last.different <= table.length / 2 &&
    last.different < profiles[0]!.different &&
    isLabels(last);
  return isDense ? { tag: last, others: [], certainty: 'dense' } : undefined;
}

function isClear({ tagShare, outsideShare, different, notation }: TagLevel): boolean {
  const meansO = notation.details.outside.some((tag) => tag === 'O' || tag === 'o');
  if (tagShare >= TAG_SHARE) return notation.marked > 0 || meansO;
  return meansO && outsideShare >= OUTSIDE_SHARE && different <= MOST_BARE_LABELS;
}

/** Tells whether the rows that have the key say tags there. */
function isKeyOfTags(table: readonly SampleRow[], { column, tagKey, notation, labels }: TagLevel) {
  const having = table.filter(({ fields }) =>
    (fields[column] ?? '').includes(`${tagKey!}=`),
  ).length;
  const withoutKey = table.length - having;
  const tags = notation.marked + notation.outside - withoutKey;
  if (notation.marked > 0 && tags >= having * TAG_SHARE) return true;
  return TAG_KEYS.test(tagKey!) && having > 0 && labels.every((label) => LABEL_LIKE.test(label));
}

/** Chooses among clear columns: sparse ones before dense ones, then those that mark anything, then the one with most entities. */
function amongClear(clear: readonly TagLevel[], index: number | null): Chosen | undefined {
  const sparse = preferred(clear, ({ outsideShare }) => outsideShare >= OUTSIDE_SHARE);
  const telling = preferred(sparse, ({ entities }) => entities > 0);
  const ordered = index === null ? [...telling].reverse() : telling;
  const tag = ordered.reduce<TagLevel | undefined>(
    (best, level) => (best && best.entities >= level.entities ? best : level),
    undefined,
  );
  if (!tag) return undefined;
  const others = telling.filter((level) => level !== tag && level.entities > 0);
  return { tag, others, certainty: 'clear' };
}

/** Returns the elements that fit, or all of them where none fits. */
function preferred<T>(all: readonly T[], fits: (one: T) => boolean): readonly T[] {
  const some = all.filter(fits);
  return some.length > 0 ? some : all;
}

/** Finds the first column of words: neither numbers nor always the same value. If there is none, it takes the first column that is left. */
function wordColumnOf(
  profiles: readonly ColumnProfile[],
  taken: readonly (number | null)[],
): number | undefined {
  const free = profiles.filter(({ column }) => !taken.includes(column));
  const isWords = ({ numberShare, emptyShare, different, changes, rows }: ColumnProfile) =>
    numberShare < NUMBERS_SHARE &&
    emptyShare < 0.5 &&
    (rows < 4 || (different > 1 && changes * 3 > rows));
  const isSomething = ({ emptyShare }: ColumnProfile) => emptyShare < 0.5;
  return (free.find(isWords) ?? free.find(isSomething) ?? free[0])?.column;
}

function levelQuestion(levels: readonly TagLevel[]): FormatQuestion {
  const titles = levels.map(
    ({ column, tagKey, entities, labels }) =>
      `${tagKey === null ? `Column ${column + 1}` : `${shorten(tagKey)} in column ${column + 1}`}: ` +
      `${entities.toLocaleString('en')} ${entities === 1 ? 'entity' : 'entities'} (${shortList(labels)})`,
  );
  return {
    aspect: 'columns',
    text: `Which level of tags is to be learned? ${levels.length} columns hold tags; the one with most entities is read.`,
    readings: levels.map(({ column, tagKey }, place) => ({
      title: titles[place]!,
      change: { tagColumn: column, tagKey },
    })),
  };
}

function shortList(labels: readonly string[]): string {
  const first = labels.slice(0, 4).map((label) => shorten(label, 30));
  return [...first, ...(labels.length > 4 ? ['…'] : [])].join(', ');
}
