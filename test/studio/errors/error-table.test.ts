import { describe, expect, test } from 'vitest';
import type { EntityError } from '../../../src/ner/error-categories';
import type { EntitySpan } from '../../../src/ner/entity-span';
import {
  findConfusions,
  isChosen,
  sumRows,
  tabulate,
} from '../../../src/studio/errors/error-table';
import { describeError, nameChoice } from '../../../src/studio/errors/error-words';

const span = (start: number, end: number, label: string): EntitySpan => ({ start, end, label });
const missed: EntityError = { kind: 'missed', gold: span(0, 2, 'PER') };
const wrongType: EntityError = {
  kind: 'wrong-type',
  gold: span(3, 4, 'LOC'),
  predicted: span(3, 4, 'ORG'),
};
const wrongBoundary: EntityError = {
  kind: 'wrong-boundary',
  gold: span(0, 2, 'PER'),
  predicted: span(0, 1, 'PER'),
};
const wrongBoth: EntityError = {
  kind: 'wrong-type-and-boundary',
  gold: span(0, 2, 'LOC'),
  predicted: span(0, 1, 'ORG'),
};
const spurious: EntityError = { kind: 'spurious', predicted: span(2, 3, 'ORG') };
const errors = [missed, wrongType, wrongBoundary, wrongBoth, spurious, spurious];
const gold = new Map([
  ['LOC', 5],
  ['PER', 3],
  ['EVENT', 1],
]);

describe('the table of errors', () => {
  const rows = tabulate(['PER', 'ORG', 'LOC', 'MISC'], gold, errors);

  test('has a row for each type with entities or errors, those that train lacks last', () => {
    expect(rows.map(({ label }) => label)).toEqual(['PER', 'ORG', 'LOC', 'EVENT']);
  });

  test('counts under the gold type, what is spurious under the type it was given', () => {
    const none = { missed: 0, 'wrong-type': 0, 'wrong-boundary': 0, spurious: 0 };
    const zeros = { ...none, 'wrong-type-and-boundary': 0 };
    expect(rows).toEqual([
      { label: 'PER', gold: 3, right: 1, counts: { ...zeros, missed: 1, 'wrong-boundary': 1 } },
      { label: 'ORG', gold: 0, right: 0, counts: { ...zeros, spurious: 2 } },
      {
        label: 'LOC',
        gold: 5,
        right: 3,
        counts: { ...zeros, 'wrong-type': 1, 'wrong-type-and-boundary': 1 },
      },
      { label: 'EVENT', gold: 1, right: 1, counts: zeros },
    ]);
    const { gold: all, right, counts } = sumRows(rows);
    expect([all, right, ...Object.values(counts)]).toEqual([9, 5, 1, 1, 1, 1, 2]);
  });

  test('a choice has as many errors as its count says', () => {
    for (const { label, counts } of rows) {
      for (const [name, count] of Object.entries(counts)) {
        const kind = name as keyof typeof counts;
        expect(errors.filter((error) => isChosen(error, { kind, label }))).toHaveLength(count);
      }
    }
    expect(errors.filter((error) => isChosen(error, { kind: 'spurious' }))).toHaveLength(2);
  });
});

test('confusions count types whatever the boundaries, the most frequent first', () => {
  const other: EntityError = { ...wrongType, gold: span(3, 4, 'PER') };
  const confusions = findConfusions([...errors, other]);
  expect(confusions).toEqual([
    { label: 'LOC', takenFor: 'ORG', count: 2 },
    { label: 'PER', takenFor: 'ORG', count: 1 },
  ]);
  for (const { count, ...choice } of confusions) {
    expect([...errors, other].filter((error) => isChosen(error, choice))).toHaveLength(count);
  }
});

test('an error is said in a sentence', () => {
  const words = ['Ada', 'Lovelace', 'left', 'Cork', '.'];
  expect(
    [missed, wrongType, wrongBoundary, wrongBoth, spurious].map((error) =>
      describeError(words, error),
    ),
  ).toEqual([
    '“Ada Lovelace” (PER) was missed.',
    '“Cork” (LOC) was predicted as ORG.',
    '“Ada Lovelace” (PER) was predicted as “Ada”.',
    '“Ada Lovelace” (LOC) was predicted as “Ada” (ORG).',
    '“left” was predicted as ORG; gold has no entity there.',
  ]);
});

test('a choice has a name', () => {
  expect(nameChoice({ kind: 'missed', label: 'PER' })).toBe('Missed, PER');
  expect(nameChoice({ kind: 'wrong-type-and-boundary' })).toBe(
    'Wrong type and boundary, all types',
  );
  expect(nameChoice({ label: 'LOC', takenFor: 'ORG' })).toBe('LOC predicted as ORG');
});
