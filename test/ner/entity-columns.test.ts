import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  joinEntities,
  listEntities,
  NO_ENTITIES,
  toEntityColumns,
} from '../../src/ner/entity-columns';
import { firstEndingBehind, firstStartingAt } from '../../src/ner/text-ranges';

const entities = [
  { start: 2, end: 5, label: 'PER', confidence: 0.9 },
  { start: 5, end: 8, label: 'LOC', confidence: 0.6 },
  { start: 12, end: 15, label: 'PER', confidence: 1 / 3 },
];
const columns = toEntityColumns(entities);

test('what goes into columns comes out again', () => {
  expect(listEntities(columns)).toEqual(entities);
  expect(listEntities(columns, 1, 2)).toEqual([entities[1]]);
  expect(listEntities(NO_ENTITIES)).toEqual([]);
});

test('an entity is found by where it begins and ends, as a search one by one finds it', () => {
  fc.assert(
    fc.property(fc.nat(20), (position) => {
      const or = (index: number) => (index < 0 ? entities.length : index);
      expect(firstEndingBehind(columns, position)).toBe(
        or(entities.findIndex(({ end }) => end > position)),
      );
      expect(firstStartingAt(columns, position)).toBe(
        or(entities.findIndex(({ start }) => start >= position)),
      );
    }),
  );
});

test('a front and a back are joined, and the back moves along', () => {
  expect(listEntities(joinEntities(columns, 1, columns, 2, 10))).toEqual([
    entities[0],
    { ...entities[2], start: 22, end: 25 },
  ]);
  expect(listEntities(joinEntities(NO_ENTITIES, 0, columns, 0))).toEqual(entities);
  expect(listEntities(joinEntities(columns, 3, NO_ENTITIES, 0))).toEqual(entities);
});
