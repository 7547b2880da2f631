import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors/safetensors';
import { changedRows, fileRows, plainRows } from '../../src/model/word-rows';

const whole = { shape: [5, 2], data: Float32Array.from({ length: 10 }, (_, i) => i) };

test.each(['in memory', 'in a file'])(
  'rows of a table %s come in the order asked for',
  async (where) => {
    const file = await readSafetensors(
      new Blob(writeSafetensors(new Map([['table', whole]]))),
      'a file',
    );
    const rows = where === 'in memory' ? plainRows(whole) : fileRows(file, 'table');
    expect(rows.shape).toEqual([5, 2]);
    expect(await rows.read(Int32Array.of(3, 0, 3))).toEqual(Float32Array.of(6, 7, 0, 1, 6, 7));
    expect(await rows.read(Int32Array.of())).toHaveLength(0);
  },
);

test('rows that training changed lie over a table; only the others are read', async () => {
  const asked: number[] = [];
  const plain = plainRows(whole);
  const base = {
    ...plain,
    read: (ids: Int32Array) => {
      asked.push(...ids);
      return plain.read(ids);
    },
  };
  const changed = { ids: Int32Array.of(1, 4), rows: Float32Array.of(-1, -2, -3, -4) };
  const rows = changedRows(base, changed);
  expect(await rows.read(Int32Array.of(4, 0, 1, 3))).toEqual(
    Float32Array.of(-3, -4, 0, 1, -1, -2, 6, 7),
  );
  expect(asked).toEqual([0, 3]);
  expect(await rows.read(Int32Array.of(1))).toEqual(Float32Array.of(-1, -2));
  expect(asked).toEqual([0, 3]);
});
