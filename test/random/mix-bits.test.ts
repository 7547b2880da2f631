import { expect, test } from 'vitest';
import { mixBits } from '../../src/random/mix-bits';

test("is MurmurHash3's finaliser: the published hashes of the empty text by seed", () => {
  // MurmurHash3_x86_32 of no bytes is the finaliser of its seed: Appleby's SMHasher and the vectors on Wikipedia.
  expect(mixBits(0)).toBe(0);
  expect(mixBits(1)).toBe(0x514e28b7);
  expect(mixBits(0xffffffff)).toBe(0x81f16f39);
});

test('reads the low 32 bits, whatever the sign', () => {
  expect(mixBits(-1)).toBe(mixBits(0xffffffff));
  expect(mixBits(2 ** 32 + 1)).toBe(mixBits(1));
});
