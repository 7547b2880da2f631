import { ERROR_KINDS, type EntityError, type ErrorKind } from '../../ner/error-categories';

/** A row of the error table. An error counts under its gold type, a spurious one under the predicted type. */
export interface ErrorRow {
  label: string;
  gold: number;
  right: number;
  counts: Record<ErrorKind, number>;
}

/** A gold type that was predicted as another. */
export interface Confusion {
  label: string;
  takenFor: string;
  count: number;
}

/** Filter of the errors to show; an absent field does not narrow. */
export interface ErrorChoice {
  kind?: ErrorKind;
  /** Type of the row: the gold type, or the predicted type of a spurious entity. */
  label?: string;
  takenFor?: string;
}

/** Finds the type that an error is counted under. */
export function rowLabelOf({ gold, predicted }: EntityError): string {
  return gold ? gold.label : predicted.label;
}

/** Counts errors by type: rows in the order of `labels`, then of types that only the split has. A type without entities and errors has no row. */
export function tabulate(
  labels: readonly string[],
  goldCounts: ReadonlyMap<string, number>,
  errors: readonly EntityError[],
): ErrorRow[] {
  const rows = new Map<string, ErrorRow>();
  const order = [...labels, ...goldCounts.keys(), ...errors.map(rowLabelOf)];
  for (const label of order) {
    const gold = goldCounts.get(label) ?? 0;
    rows.set(label, { label, gold, right: gold, counts: noErrors() });
  }
  for (const error of errors) {
    const row = rows.get(rowLabelOf(error))!;
    row.counts[error.kind]++;
    if (error.gold) row.right--;
  }
  return [...rows.values()].filter(({ gold, counts }) => gold > 0 || counts.spurious > 0);
}

/** Sums all rows. */
export function sumRows(rows: readonly ErrorRow[]): Omit<ErrorRow, 'label'> {
  const sum = { gold: 0, right: 0, counts: noErrors() };
  for (const { gold, right, counts } of rows) {
    sum.gold += gold;
    sum.right += right;
    for (const kind of ERROR_KINDS) sum.counts[kind] += counts[kind];
  }
  return sum;
}

/** Counts how often a type was predicted as another, whatever the boundaries; the most frequent confusions come first. */
export function findConfusions(errors: readonly EntityError[]): Confusion[] {
  const confusions = new Map<string, Confusion>();
  for (const { gold, predicted } of errors) {
    if (!gold || !predicted || gold.label === predicted.label) continue;
    const key = JSON.stringify([gold.label, predicted.label]);
    const confusion = confusions.get(key) ?? {
      label: gold.label,
      takenFor: predicted.label,
      count: 0,
    };
    confusion.count++;
    confusions.set(key, confusion);
  }
  return [...confusions.values()].sort((a, b) => b.count - a.count);
}

export function isChosen(error: EntityError, { kind, label, takenFor }: ErrorChoice): boolean {
  if (kind !== undefined && error.kind !== kind) return false;
  if (label !== undefined && rowLabelOf(error) !== label) return false;
  if (takenFor === undefined) return true;
  return error.gold !== undefined && error.predicted?.label === takenFor;
}

function noErrors(): Record<ErrorKind, number> {
  return {
    missed: 0,
    'wrong-type': 0,
    'wrong-boundary': 0,
    'wrong-type-and-boundary': 0,
    spurious: 0,
  };
}
