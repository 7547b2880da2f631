import { expect, test } from 'vitest';
import { keepInts } from '../../src/model/kept-ints';

test('arrays of one name share the memory of the largest so far; those of two names never', () => {
  const ints = keepInts();
  const large = ints('rows', 8);
  expect(ints('rows', 8)).toBe(large);
  const small = ints('rows', 5);
  expect(small).toHaveLength(5);
  expect(small.buffer).toBe(large.buffer);
  expect(ints('rows', 7).buffer).toBe(large.buffer);
  expect(ints('starts', 5).buffer).not.toBe(large.buffer);
  const larger = ints('rows', 9);
  expect(larger).toHaveLength(9);
  expect(larger.buffer).not.toBe(large.buffer);
});
