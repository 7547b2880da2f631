import { expect, test } from 'vitest';
import { isSameValue } from '../../../src/studio/parts/same-value';

const record = () => ({
  ...{ id: 'a', hash: undefined, createdAt: NaN, labels: ['PER', 'LOC'] },
  ...{ losses: Float32Array.of(0.5, 0.25), statistics: { train: { words: 3 } } },
});

test('two readings of one record are the same', () => {
  expect(isSameValue(record(), record())).toBe(true);
});

test.each<[string, (changed: ReturnType<typeof record>) => unknown]>([
  ['a name', (changed) => (changed.id = 'b')],
  ['the order of a list', (changed) => changed.labels.reverse()],
  ['a shorter list', (changed) => changed.labels.pop()],
  ['a number in an array', (changed) => (changed.losses[1] = 0)],
  ['something deep', (changed) => (changed.statistics.train.words = 4)],
  ['one field more', (changed) => Object.assign(changed, { bytes: 1 })],
  ['one field for another', (changed) => delete (changed as Partial<typeof changed>).hash],
])('%s makes a difference', (_, change) => {
  const changed = record();
  change(changed);
  expect(isSameValue(record(), changed)).toBe(false);
  expect(isSameValue(changed, record())).toBe(false);
});

test('values of different kinds are not the same', () => {
  const list = [1, 2];
  const others = [
    Int32Array.of(1, 2),
    Uint32Array.of(1, 2),
    { 0: 1, 1: 2, length: 2 },
    null,
    '1,2',
  ];
  for (const other of others) expect(isSameValue(list, other)).toBe(false);
  expect(isSameValue(new Blob(['a']), new Blob(['a']))).toBe(false);
});
