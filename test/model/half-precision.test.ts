import { describe, expect, test } from 'vitest';
import { bf16ToF32, f16ToF32, f32ToF16 } from '../../src/model/half-precision';

/** IEEE 754 binary16 by its definition, in float64. */
function f16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const fraction = (half & 1023) / 1024;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -14 : sign * (1 + fraction) * 2 ** (exponent - 15);
}

const everyHalf = Uint16Array.from({ length: 0x10000 }, (_, half) => half);
const positiveFinite = Array.from({ length: 0x7c00 }, (_, half) => half);

/** The float32 next to a positive one, up or down. */
function neighbour(value: number, step: 1 | -1): number {
  const floats = Float32Array.of(value);
  const bits = new Uint32Array(floats.buffer);
  bits[0] = bits[0]! + step;
  return floats[0]!;
}

const roundTo16 = (value: number) => f32ToF16(Float32Array.of(value))[0]!;

describe('f16', () => {
  test('every bit pattern has the value of the definition', () => {
    expect([...f16ToF32(everyHalf)]).toEqual([...everyHalf].map(f16Value));
  });

  test('every finite value returns to its bit pattern, with either sign', () => {
    for (const half of positiveFinite) {
      if (roundTo16(f16Value(half)) !== half) expect(roundTo16(f16Value(half))).toBe(half);
      if (roundTo16(-f16Value(half)) !== (half | 0x8000)) expect.fail(`-${f16Value(half)}`);
    }
  });

  test('the middle between two values goes to the even one, and its float32 neighbours to theirs', () => {
    for (const half of positiveFinite.slice(0, -1)) {
      const middle = (f16Value(half) + f16Value(half + 1)) / 2; // exact in float32
      const even = half % 2 === 0 ? half : half + 1;
      const rounded = [neighbour(middle, -1), middle, neighbour(middle, 1)].map(roundTo16);
      if (rounded.join() !== `${half},${even},${half + 1}`) {
        expect(rounded, `around ${middle}`).toEqual([half, even, half + 1]);
      }
    }
  });

  test('values from 65,520 are infinite, NaN stays NaN, less than half the smallest is 0', () => {
    expect([65519.99, 65520, 1e30, Infinity].map(roundTo16)).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0x7c00,
    ]);
    expect([-65520, -Infinity].map(roundTo16)).toEqual([0xfc00, 0xfc00]);
    expect(f16ToF32(f32ToF16(Float32Array.of(NaN)))[0]).toBeNaN();
    expect([0, -0, 2 ** -26, -(2 ** -25), 1e-45].map(roundTo16)).toEqual([0, 0x8000, 0, 0x8000, 0]);
  });
});

test('bf16 is the upper half of a float32', () => {
  const patterns = Uint16Array.of(0x3f80, 0xc020, 0x0000, 0x8000, 0x7f80, 0x4049);
  expect([...bf16ToF32(patterns)]).toEqual([1, -2.5, 0, -0, Infinity, 3.140625]);
});
