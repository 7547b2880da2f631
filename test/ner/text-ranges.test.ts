import { expect, test } from 'vitest';
import { countRanges, joinRanges, listRanges, NO_RANGES } from '../../src/ner/text-ranges';

const ranges = { starts: Int32Array.of(0, 4, 9), ends: Int32Array.of(3, 6, 12) };

test('stretches are counted and listed, all or the first', () => {
  expect(countRanges(ranges)).toBe(3);
  expect(listRanges(ranges, 2)).toEqual([
    { start: 0, end: 3 },
    { start: 4, end: 6 },
  ]);
  expect(listRanges(ranges, 10)).toHaveLength(3);
  expect(listRanges(NO_RANGES)).toEqual([]);
});

test('a front and a back are joined, and the back moves along', () => {
  expect(listRanges(joinRanges(ranges, 1, ranges, 2, 5))).toEqual([
    { start: 0, end: 3 },
    { start: 14, end: 17 },
  ]);
});
