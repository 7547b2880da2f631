import { expect, test } from 'vitest';
import { WordTable } from '../../src/model/word-table';

const whole = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
const noWrite = () => {
  throw new Error('nothing should be written');
};

test('keeps the rows of some pieces, and of piece 0, in the order of their ids', () => {
  const table = new WordTable(whole, [4, 2, 4]);
  expect(table.rows).toBe(3 + 256);
  expect([...table.compact().subarray(0, 8)]).toEqual([0, 1, 4, 5, 8, 9, 0, 0]);
  expect(table.rowsOf(Int32Array.of(4, 0, 2, 4), noWrite)).toEqual(Int32Array.of(2, 0, 1, 2));
});

test('puts the others back as they were, or as zeros', () => {
  const table = new WordTable(whole, [4]);
  const compacted = table.compact();
  compacted.set([-1, -2, -3, -4]);
  expect([...table.expand(compacted, 'as they were')]).toEqual([
    -1, -2, 2, 3, 4, 5, 6, 7, -3, -4, 10, 11,
  ]);
  expect([...table.expand(compacted)]).toEqual([-1, -2, 0, 0, 0, 0, 0, 0, -3, -4, 0, 0]);
});

test('a piece that is not kept gets a spare row, the same for the whole batch', () => {
  const table = new WordTable(whole, [4]);
  const written: [number, number[]][] = [];
  const rows = table.rowsOf(Int32Array.of(5, 3, 5, 4), (_key, row, numbers) =>
    written.push([row, [...numbers]]),
  );
  expect(rows).toEqual(Int32Array.of(2, 3, 2, 1));
  expect(written).toEqual([
    [2, [10, 11]],
    [3, [6, 7]],
  ]);
});

test('says so where a batch has more strange pieces than there are spare rows', () => {
  const large = { shape: [400, 1], data: new Float32Array(400) };
  const table = new WordTable(large, [0]);
  const strange = (count: number) => Int32Array.from({ length: count }, (_, i) => i + 1);
  expect(table.rowsOf(strange(256), () => undefined)).toHaveLength(256);
  expect(() => table.rowsOf(strange(257), () => undefined)).toThrow(
    'more than 256 word pieces that the corpus does not have',
  );
});

test('is cut into parts that a buffer holds, and joined again', () => {
  const key = 'bert.embeddings.word_embeddings.weight';
  // 2 rows and 256 spare ones of 2 numbers, 100 rows to a part.
  const table = new WordTable(whole, [4], 807);
  expect(table.keys).toEqual([key, `${key}, part 2`, `${key}, part 3`]);
  const parts = table.toParts();
  expect([...parts.values()].map(({ shape }) => shape)).toEqual([
    [100, 2],
    [100, 2],
    [58, 2],
  ]);
  const written: [string, number][] = [];
  const strange = Int32Array.of(5, 4);
  expect(table.rowsOf(strange, (part, row) => written.push([part, row]))).toEqual(
    Int32Array.of(2, 1),
  );
  expect(written).toEqual([[key, 2]]);
  const numbers = new Map(Array.from(parts, ([part, { data }]) => [part, data]));
  numbers.set('other', Float32Array.of(7));
  table.joinParts(numbers, 'as they were');
  expect([...numbers.keys()]).toEqual(['other', key]);
  expect(numbers.get(key)).toEqual(whole.data);
});

test('a spare row in a later part is written there', () => {
  const key = 'bert.embeddings.word_embeddings.weight';
  const table = new WordTable(whole, [1, 2, 3], 4 * 2 * 3); // rows 0 to 2, 3 to 5, and so on
  const written: [string, number][] = [];
  table.rowsOf(Int32Array.of(5, 4), (part, row) => written.push([part, row]));
  expect(written).toEqual([
    [`${key}, part 2`, 1],
    [`${key}, part 2`, 2],
  ]);
});
