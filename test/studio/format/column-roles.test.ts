import { describe, expect, test } from 'vitest';
import {
  assignRole,
  columnsOf,
  countColumns,
  rolesOf,
  type ColumnRole,
} from '../../../src/studio/format/column-roles';

const rows = [
  ['1', 'Ada', 'NNP', 'B-PER'],
  ['2', 'lacht', 'VBZ', 'O'],
];

describe('roles of columns', () => {
  test('are what a format says, and nothing else is used', () => {
    expect(rolesOf({ wordColumn: 1, tagColumn: 3, indexColumn: 0 }, 4)).toEqual([
      'index',
      'word',
      'none',
      'tag',
    ]);
    expect(rolesOf({}, 2)).toEqual(['none', 'none']);
    expect(rolesOf({ wordColumn: 1, tagColumn: 7 }, 2)).toEqual(['none', 'word']);
  });

  test('change places where a column gets one that another has', () => {
    const roles: ColumnRole[] = ['word', 'tag', 'none'];
    expect(assignRole(roles, 2, 'tag', rows)).toEqual(['word', 'none', 'tag']);
    expect(assignRole(roles, 0, 'tag', rows)).toEqual(['tag', 'word', 'none']);
    expect(assignRole(roles, 1, 'tag', rows)).toEqual(roles);
    expect(roles).toEqual(['word', 'tag', 'none']);
  });

  test('give the first column that is not all numbers the word, once the tag is known', () => {
    const none: ColumnRole[] = ['none', 'none', 'none', 'none'];
    expect(assignRole(none, 3, 'tag', rows)).toEqual(['none', 'word', 'none', 'tag']);
    expect(assignRole(none, 1, 'tag', rows)).toEqual(['none', 'tag', 'word', 'none']);
    expect(assignRole(none, 0, 'index', rows)).toEqual(['index', 'none', 'none', 'none']);
  });

  test('decide a format as soon as word and tag have a column', () => {
    expect(columnsOf(['sentence', 'word', 'none', 'tag'])).toEqual({
      wordColumn: 1,
      tagColumn: 3,
      indexColumn: null,
      sentenceColumn: 0,
    });
    expect(columnsOf(['none', 'word'])).toBeUndefined();
    expect(columnsOf(['tag', 'none'])).toBeUndefined();
  });
});

test('the columns of rows are as many as most rows have, empty lines aside', () => {
  expect(countColumns([[], [], [], ['a', 'b'], ['c', 'd'], ['# e']])).toBe(2);
  expect(countColumns([[]])).toBe(0);
});
