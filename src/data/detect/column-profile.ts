import { continuesEntity, type TagParts } from '../../ner/tag-scheme';
import type { ColumnFormat } from '../format/column-format';
import { detectNotation, type NotationVerdict } from './detect-notation';
import { valueOfKey } from '../format/row-scanner';
import { TagNotation } from '../format/tag-notation';

/** A row of a sample, cut into fields. */
export interface SampleRow {
  fields: readonly string[];
  /** Whether an empty line or the like stands before it. */
  beginsBlock: boolean;
}

/** Statistics of a column's fields. */
export interface ColumnProfile {
  column: number;
  rows: number;
  different: number;
  /** Share of fields that are whole numbers, ranges or decimals. */
  numberShare: number;
  emptyShare: number;
  /** Rows whose field differs from the one before, the first included. */
  changes: number;
  /** Whether a value never comes back once another has followed it. */
  isInRuns: boolean;
}

/** A column, or a key in it, read as tags. */
export interface TagLevel {
  column: number;
  tagKey: string | null;
  notation: NotationVerdict;
  /** Share of the rows that hold a mark or mean outside. */
  tagShare: number;
  /** Share of the rows that mean outside. */
  outsideShare: number;
  different: number;
  /** Entities in the sample, as conlleval counts them. */
  entities: number;
  /** Labels of the entities, the most frequent first. */
  labels: string[];
}

/** Share of fields that makes a column one of numbers. */
export const NUMBERS_SHARE = 0.9;
/** Bare labels (`PER`) look like words, so few different ones must fill their column. */
export const MOST_BARE_LABELS = 100;
/** A column of more different fields holds no tags. */
const MOST_TAGS = 2000;
/** Keys of a `key=value` column that are looked at. */
const MOST_KEYS = 50;

const NUMERIC = /^\d+(?:[-.]\d+)?$/;
const KEYED = /(?:^|\|)([^=|]+)=/g;

export function profileOf(table: readonly SampleRow[], column: number): ColumnProfile {
  const seen = new Set<string>();
  let [numbers, empty, changes, isInRuns] = [0, 0, 0, true];
  let previous: string | undefined;
  for (const { fields } of table) {
    const field = (fields[column] ?? '').trim();
    if (NUMERIC.test(field)) numbers++;
    if (field === '') empty++;
    if (field !== previous) {
      changes++;
      if (seen.has(field)) isInRuns = false;
    }
    seen.add(field);
    previous = field;
  }
  const rows = Math.max(1, table.length);
  return {
    column,
    rows: table.length,
    different: seen.size,
    numberShare: numbers / rows,
    emptyShare: empty / rows,
    changes,
    isInRuns,
  };
}

/** Reads a column as tags: its fields whole, or the value of a key in them. Undefined where it holds too many different ones. */
export function tagLevelOf(
  table: readonly SampleRow[],
  column: number,
  tagKey: string | null,
  choice: Partial<ColumnFormat>,
): TagLevel | undefined {
  const tags: string[] = [];
  const counts = new Map<string, number>();
  for (const { fields } of table) {
    const tag = tagIn((fields[column] ?? '').trim(), tagKey);
    tags.push(tag);
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
    if (counts.size > MOST_TAGS) return undefined;
  }
  const notation = detectNotation(counts, choice);
  if (tagKey !== null) {
    notation.details = { ...notation.details, outside: [...notation.details.outside, ''] };
  }
  const rows = Math.max(1, table.length);
  return {
    column,
    tagKey,
    notation,
    tagShare: (notation.marked + notation.outside) / rows,
    outsideShare: notation.outside / rows,
    different: counts.size,
    ...countEntities(table, tags, new TagNotation(notation.details)),
  };
}

/** Lists the keys in a column of `key=value|key=value`. */
export function keysOf(table: readonly SampleRow[], column: number): string[] {
  const keys = new Set<string>();
  for (const { fields } of table) {
    const field = fields[column] ?? '';
    if (!field.includes('=')) continue;
    for (const [, key] of field.matchAll(KEYED)) {
      if (keys.size < MOST_KEYS) keys.add(key!);
    }
  }
  return [...keys];
}

/** Returns the tag in a field; a row without the key means outside, as one that says O does. */
function tagIn(field: string, tagKey: string | null): string {
  return tagKey === null ? field : valueOfKey(field, tagKey) || 'O';
}

function countEntities(
  table: readonly SampleRow[],
  tags: readonly string[],
  notation: TagNotation,
): Pick<TagLevel, 'entities' | 'labels'> {
  const byLabel = new Map<string, number>();
  const known = new Map<string, TagParts>();
  let previous = notation.read('O').parts;
  const outside = previous;
  for (const [index, tag] of tags.entries()) {
    let parts = known.get(tag);
    if (!parts) known.set(tag, (parts = notation.read(tag).parts));
    if (table[index]!.beginsBlock) previous = outside;
    if (parts.prefix !== 'O' && !continuesEntity(previous, parts)) {
      byLabel.set(parts.label, (byLabel.get(parts.label) ?? 0) + 1);
    }
    previous = parts;
  }
  const sorted = [...byLabel].sort(([, a], [, b]) => b - a);
  return {
    entities: sorted.reduce((sum, [, count]) => sum + count, 0),
    labels: sorted.map(([label]) => label),
  };
}
