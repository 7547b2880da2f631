import type { ColumnFormat } from '../../data/format/column-format';

/** Roles that a person can give to a column. */
export const COLUMN_ROLES = ['word', 'tag', 'index', 'sentence', 'none'] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

export const ROLE_NAMES: Record<ColumnRole, string> = {
  word: 'Word',
  tag: 'Tag',
  index: 'Index',
  sentence: 'Sentence mark',
  none: 'Not used',
};

/** The part of a format that roles decide. */
export type RoleColumns = Pick<
  ColumnFormat,
  'wordColumn' | 'tagColumn' | 'indexColumn' | 'sentenceColumn'
>;

/** Gives the role of each column under a format, or under the parts of one. */
export function rolesOf(format: Partial<RoleColumns>, columns: number): ColumnRole[] {
  const roles = new Array<ColumnRole>(columns).fill('none');
  const put = (column: number | null | undefined, role: ColumnRole) => {
    if (column !== null && column !== undefined && column < columns) roles[column] = role;
  };
  put(format.indexColumn, 'index');
  put(format.sentenceColumn, 'sentence');
  put(format.wordColumn, 'word');
  put(format.tagColumn, 'tag');
  return roles;
}

/**
 * Gives a column a role; the column that had it takes this one's old role. If no column holds the word when the tag gets its column, the
 * first unused column that is not all numbers becomes the word's.
 */
export function assignRole(
  roles: readonly ColumnRole[],
  column: number,
  role: ColumnRole,
  rows: readonly (readonly string[])[],
): ColumnRole[] {
  const next = [...roles];
  const other = role === 'none' ? -1 : next.indexOf(role);
  if (other >= 0 && other !== column) next[other] = next[column] ?? 'none';
  next[column] = role;
  if (role === 'tag' && !next.includes('word')) {
    const word = next.findIndex((held, index) => held === 'none' && !isNumbers(rows, index));
    if (word >= 0) next[word] = 'word';
  }
  return next;
}

/** Gives the part of a format that the roles decide; undefined while no column holds the word, or none the tag. */
export function columnsOf(roles: readonly ColumnRole[]): RoleColumns | undefined {
  const wordColumn = roles.indexOf('word');
  const tagColumn = roles.indexOf('tag');
  if (wordColumn < 0 || tagColumn < 0) return undefined;
  const orNull = (column: number) => (column < 0 ? null : column);
  return {
    wordColumn,
    tagColumn,
    indexColumn: orNull(roles.indexOf('index')),
    sentenceColumn: orNull(roles.indexOf('sentence')),
  };
}

/** Counts the columns: the number of cells that most rows have. */
export function countColumns(rows: readonly (readonly string[])[] = []): number {
  const counts = new Map<number, number>();
  for (const { length } of rows) if (length > 0) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 0;
}

function isNumbers(rows: readonly (readonly string[])[], column: number): boolean {
  return rows.every((row) => /^[\d.,:_-]*$/u.test(row[column] ?? ''));
}
