import { expect, test } from 'vitest';
import type { FixPreview } from '../../../src/data/fixes/fix-rule';
import { describeEffect } from '../../../src/studio/corpus/fix-effect-words';

const effect = (
  entities: Record<string, [before: number, after: number]>,
  unread: Record<string, number> = {},
) =>
  describeEffect({
    title: '',
    lines: 1,
    first: [],
    entities: Object.fromEntries(
      Object.entries(entities).map(([type, [before, after]]) => [type, { before, after }]),
    ),
    unread,
  } satisfies FixPreview);

test('a type that goes is named with all its entities, on the button too', () => {
  expect(effect({ PER: [16, 16], 'Company Name': [18, 0] })).toEqual({
    sentences: ['This removes all 18 entities of type Company Name.'],
    onButton: ', with all 18 entities of type Company Name',
  });
});

test('rows that no sentence has count where their type stands nowhere else', () => {
  expect(effect({ PER: [16, 16] }, { 'Company Name': 18, PER: 2 })).toEqual({
    sentences: ['This removes all 18 entities of type Company Name.'],
    onButton: ', with all 18 entities of type Company Name',
  });
});

test('fewer or more entities are counted by type', () => {
  expect(effect({ PER: [16, 16], ORG: [16, 18] })).toEqual({
    sentences: ['Entities: ORG 16 → 18.'],
    onButton: '; entities 32 → 34',
  });
});

test('a type that becomes another is not called removed', () => {
  expect(effect({ PER: [60, 61], PRE: [1, 0] })).toEqual({
    sentences: ['Entities: PER 60 → 61 and PRE 1 → 0.'],
    onButton: '',
  });
});

test('where no entity changes, that is said', () => {
  expect(effect({ PER: [16, 16] })).toEqual({
    sentences: ['Every entity stays as it is: 16 entities.'],
    onButton: '',
  });
});
