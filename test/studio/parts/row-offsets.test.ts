import { describe, expect, test } from 'vitest';
import { RowOffsets } from '../../../src/studio/parts/row-offsets';

test('rows stand at multiples of the estimate until they are measured', () => {
  const offsets = new RowOffsets(5, 10);
  expect([0, 1, 5].map((row) => offsets.offsetOf(row))).toEqual([0, 10, 50]);
  expect([-3, 0, 9.9, 10, 49, 50, 900].map((at) => offsets.rowAt(at))).toEqual([
    0, 0, 0, 1, 4, 4, 4,
  ]);
  expect(offsets.measure(1, 30)).toBe(20);
  expect(offsets.measure(1, 30)).toBe(0);
  expect([1, 2, 3].map((row) => offsets.offsetOf(row))).toEqual([10, 40, 50]);
  expect([39, 40, 49, 50].map((at) => offsets.rowAt(at))).toEqual([1, 2, 2, 3]);
  expect(offsets.height).toBe(70);
});

test('a list without rows has no row anywhere', () => {
  const offsets = new RowOffsets(0, 10);
  expect(offsets.height).toBe(0);
  expect(offsets.rowAt(0)).toBe(-1);
});

describe('offsets of many rows', () => {
  test.each([1, 2, 7, 64, 100, 1000])('of %i agree with plain sums', (rows) => {
    const heights = new Array<number>(rows).fill(50);
    const offsets = new RowOffsets(rows, 50);
    for (let step = 0; step < 300; step++) {
      const row = (step * 37) % rows;
      heights[row] = 20 + ((step * 13) % 90);
      offsets.measure(row, heights[row]);
    }
    let at = 0;
    for (const [row, height] of heights.entries()) {
      expect(offsets.offsetOf(row)).toBe(at);
      expect(offsets.rowAt(at)).toBe(row);
      expect(offsets.rowAt(at + height - 1)).toBe(row);
      at += height;
    }
    expect(offsets.height).toBe(at);
  });
});
