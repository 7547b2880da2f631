import { expect, test } from 'vitest';
import { plainRows } from '../../src/model/word-rows';
import { WORD_TABLE_KEY as key, WordTable } from '../../src/model/word-table';

const whole = { shape: [6, 2], data: Float32Array.from({ length: 12 }, (_, i) => i) };
const tableOf = (pieceIds: number[], largestPart?: number) =>
  WordTable.of(plainRows(whole), pieceIds, largestPart);

function rowsOf(
  table: WordTable,
  pieceIds: number[],
  strangers?: { ids: Int32Array; rows: Float32Array },
) {
  const rows = Int32Array.from(pieceIds);
  table.lookUp(rows, strangers);
  return [...rows];
}

test('keeps the rows of some pieces, and of piece 0, in the order of their ids', async () => {
  const table = await tableOf([4, 2, 4]);
  expect([...table.ids]).toEqual([0, 2, 4]);
  expect([...table.startRows]).toEqual([0, 1, 4, 5, 8, 9]);
  expect(table.rows).toBe(3 + 256);
  expect([table.shape, table.keptShape]).toEqual([
    [6, 2],
    [3, 2],
  ]);
  expect(rowsOf(table, [4, 0, 2, 4])).toEqual([2, 0, 1, 2]);
});

test('a piece that is not kept gets a spare row, the same for the whole batch', async () => {
  const table = await tableOf([4]);
  const batch = Int32Array.of(5, 3, 5, 4);
  const strangers = (await table.readStrangers(batch))!;
  expect(strangers).toEqual({ ids: Int32Array.of(3, 5), rows: Float32Array.of(6, 7, 10, 11) });
  expect(rowsOf(table, [...batch], strangers)).toEqual([3, 2, 3, 1]);
  expect([...table.spareRows(strangers)]).toEqual([
    [key, 2, Float32Array.of(6, 7)],
    [key, 3, Float32Array.of(10, 11)],
  ]);
  expect(await table.readStrangers(Int32Array.of(4, 0))).toBeUndefined();
  expect(() => rowsOf(table, [4, 5])).toThrow('Piece 5 is not among those that the model was made');
});

test('says so where a batch has more strange pieces than there are spare rows', async () => {
  const large = { shape: [400, 1], data: new Float32Array(400) };
  const table = await WordTable.of(plainRows(large), [0]);
  const strange = (count: number) => Int32Array.from({ length: count }, (_, i) => i + 1);
  expect((await table.readStrangers(strange(256)))!.ids).toHaveLength(256);
  await expect(table.readStrangers(strange(257))).rejects.toThrow(
    'more than 256 word pieces that the corpus does not have',
  );
});

test('is cut into parts that a buffer holds, and joined again', async () => {
  // 2 rows and 256 spare ones of 2 numbers, 100 rows to a part.
  const table = await tableOf([4], 807);
  expect(table.keys).toEqual([key, `${key}, part 2`, `${key}, part 3`]);
  const parts = table.toParts(table.startRows);
  expect([...parts.values()].map(({ shape }) => shape)).toEqual([
    [100, 2],
    [100, 2],
    [58, 2],
  ]);
  const numbers = new Map(Array.from(parts, ([part, { data }]) => [part, data]));
  numbers.set('other', Float32Array.of(7));
  table.joinParts(numbers);
  expect([...numbers]).toEqual([
    ['other', Float32Array.of(7)],
    [key, Float32Array.of(0, 1, 8, 9)],
  ]);
});

test('a spare row in a later part is written there', async () => {
  const table = await tableOf([1, 2, 3], 4 * 2 * 3); // rows 0 to 2, 3 to 5, and so on
  const strangers = (await table.readStrangers(Int32Array.of(5, 4)))!;
  expect([...table.spareRows(strangers)].map(([part, row]) => [part, row])).toEqual([
    [`${key}, part 2`, 1],
    [`${key}, part 2`, 2],
  ]);
});
