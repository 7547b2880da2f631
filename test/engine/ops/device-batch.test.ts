import { expect, test } from 'vitest';
import {
  layOutRows,
  listOccurrences,
  longestOf,
  roundUpRows,
  type TakeInts,
} from '../../../src/engine/ops/device-batch';

/** Each row's place, the end of its sentence, and that sentence. */
const tableRows = ({ table }: { table: Int32Array }) =>
  Array.from({ length: table.length / 3 }, (_, row) => [...table.subarray(3 * row, 3 * row + 3)]);

test('sentences lie behind each other, and fillers are sentences of one piece behind them', () => {
  const laidOut = layOutRows(Int32Array.of(0, 2, 5), [7, 4], { rows: 7, starts: 5 });
  expect([...laidOut.starts]).toEqual([0, 2, 5, 5, 5]);
  expect(tableRows(laidOut)).toEqual([
    ...[
      [0, 2, 7],
      [1, 2, 7],
    ],
    ...[
      [0, 5, 4],
      [1, 5, 4],
      [2, 5, 4],
    ],
    ...[
      [0, 6, 0],
      [0, 7, 0],
    ],
  ]);
});

test('without a size there are no fillers', () => {
  const { starts, table } = layOutRows(Int32Array.of(0, 2, 5), [0, 1]);
  expect([starts.length, table.length]).toEqual([3, 15]);
});

test('memory that was used before makes no difference', () => {
  const used: TakeInts = (_name, length) => new Int32Array(length).fill(77);
  const size = { rows: 7, starts: 5 };
  const sentences = [Int32Array.of(0, 2, 5), [7, 4], size] as const;
  expect(layOutRows(...sentences, used)).toEqual(layOutRows(...sentences));
  const occurrences = [Int32Array.of(2, 0, 2, 3, 0), 5] as const;
  expect(listOccurrences(...occurrences, used)).toEqual(listOccurrences(...occurrences));
});

test('the longest sentence is found, and none has no pieces', () => {
  expect(longestOf(Int32Array.of(0, 2, 7, 9))).toBe(5);
  expect(longestOf(Int32Array.of(0))).toBe(0);
});

test('rows are rounded up to few sizes, at most an eighth more from 512 on', () => {
  expect([1, 64, 65, 500, 513, 1024, 1025, 4000].map(roundUpRows)).toEqual([
    64, 64, 128, 512, 576, 1024, 1152, 4096,
  ]);
  const sizes = new Set<number>();
  for (let rows = 1; rows <= 4096; rows++) {
    const rounded = roundUpRows(rows);
    sizes.add(rounded);
    expect(rounded).toBeGreaterThanOrEqual(rows);
    if (rows >= 512) expect(rounded).toBeLessThanOrEqual(1.125 * rows);
  }
  expect(sizes.size).toBe(32);
});

test("a piece's rows are listed in their order, one piece after the other", () => {
  const { pieceStarts, pieceRows } = listOccurrences(Int32Array.of(2, 0, 2, 3, 0), 5);
  expect([...pieceStarts]).toEqual([0, 2, 2, 4, 5, 5]);
  expect([...pieceRows]).toEqual([1, 4, 0, 2, 3]);
});
