import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listEntities, toEntityColumns } from '../../../src/ner/entity-columns';
import { findEdit, shiftEntities, shiftRanges } from '../../../src/studio/try/entity-shift';

const before = 'Ada met Clara in Cork.';
const entities = [
  { start: 0, end: 3, label: 'PER', confidence: 1 },
  { start: 8, end: 13, label: 'PER', confidence: 1 },
  { start: 17, end: 21, label: 'LOC', confidence: 1 },
];
const names = (after: string) =>
  listEntities(shiftEntities(toEntityColumns(entities), findEdit(before, after))).map(
    ({ start, end }) => after.slice(start, end),
  );

test('words typed between entities move those behind', () => {
  expect(names('Ada met old Clara in Cork.')).toEqual(['Ada', 'Clara', 'Cork']);
});

test('an entity that is typed into is dropped until it is read again', () => {
  expect(names('Ada met Clarissa in Cork.')).toEqual(['Ada', 'Cork']);
});

test('deleting a stretch drops what stood in it', () => {
  expect(names('Ada in Cork.')).toEqual(['Ada', 'Cork']);
});

test('the same text keeps all', () => {
  expect(names(before)).toEqual(['Ada', 'Clara', 'Cork']);
});

test('another text altogether keeps none', () => {
  expect(names('Zz')).toEqual([]);
});

test('whatever is typed, an entity that stays marks the same characters', () => {
  fc.assert(
    fc.property(fc.nat(22), fc.nat(22), fc.string({ maxLength: 8 }), (one, other, typed) => {
      const [from, to] = [Math.min(one, other), Math.max(one, other)];
      const after = before.slice(0, from) + typed + before.slice(to);
      const known = new Set(entities.map(({ start, end }) => before.slice(start, end)));
      for (const name of names(after)) expect(known).toContain(name);
    }),
  );
});

test('stretches move as entities do, whatever is typed', () => {
  const columns = toEntityColumns(entities);
  const { starts, ends } = columns;
  fc.assert(
    fc.property(fc.nat(22), fc.nat(22), fc.string({ maxLength: 8 }), (one, other, typed) => {
      const [start, end] = [Math.min(one, other), Math.max(one, other)];
      const edit = { start, end, inserted: typed.length };
      const { starts: movedStarts, ends: movedEnds } = shiftEntities(columns, edit);
      expect(shiftRanges({ starts, ends }, edit)).toEqual({ starts: movedStarts, ends: movedEnds });
    }),
  );
});

test('an entity that stays keeps its label and its confidence', () => {
  const columns = toEntityColumns(entities);
  const [first, last] = [entities[0]!, entities[2]!];
  expect(listEntities(shiftEntities(columns, findEdit(before, 'Ada met Cl in Cork.')))).toEqual([
    first,
    { ...last, start: 14, end: 18 },
  ]);
});
