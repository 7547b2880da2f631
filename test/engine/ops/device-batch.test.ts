import { expect, test } from 'vitest';
import { listOccurrences } from '../../../src/engine/ops/embedding';
import {
  planRows,
  roundUpRows,
  type RowNumbers,
  type TakeInts,
} from '../../../src/engine/ops/device-batch';

/** Of each row: its place, the end of its sentence, and that sentence. */
const tableRows = ({ table }: RowNumbers) =>
  Array.from({ length: table.length / 3 }, (_, row) => [...table.subarray(3 * row, 3 * row + 3)]);

test('sentences lie behind each other, and fillers are sentences of one piece behind them', () => {
  const plan = planRows([2, 3], [7, 4], 3, false, { rows: 7, starts: 5 });
  expect([...plan.indices]).toEqual([0, 1, 3, 4, 5, -1, -1]);
  expect([...plan.starts]).toEqual([0, 2, 5, 5, 5]);
  expect(tableRows(plan)).toEqual([
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

test('memory that was used before makes no difference', () => {
  const used: TakeInts = (_name, length) => new Int32Array(length).fill(77);
  const size = { rows: 7, starts: 5 };
  const plan = [[2, 3], [7, 4], 3, false, size] as const;
  expect(planRows(...plan, used)).toEqual(planRows(...plan));
  const occurrences = [Int32Array.of(2, 0, 2, 3, 0), 5] as const;
  expect(listOccurrences(...occurrences, used)).toEqual(listOccurrences(...occurrences));
});

test('padded sentences are all as long as the longest', () => {
  const plan = planRows([1, 2], [0, 1], 2, true);
  expect([...plan.indices]).toEqual([0, 1, 2, 3]);
  expect(tableRows(plan)).toEqual([
    [0, 2, 0],
    [1, 2, 0],
    [0, 4, 1],
    [1, 4, 1],
  ]);
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
  const { starts, rows } = listOccurrences(Int32Array.of(2, 0, 2, 3, 0), 5);
  expect([...starts]).toEqual([0, 2, 2, 4, 5, 5]);
  expect([...rows]).toEqual([1, 4, 0, 2, 3]);
});
