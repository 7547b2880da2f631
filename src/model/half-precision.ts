/**
 * Conversions between the 16-bit formats of weight files and float32. All values are bit patterns on a little-endian machine,
 * as every WebAssembly and WebGPU host is.
 */

const bits = new Uint32Array(1);
const value = new Float32Array(bits.buffer);

/** Largest finite value of f16. */
export const LARGEST_F16 = 65504;

/** Converts IEEE 754 binary16 to float32, exactly. */
export function f16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  f16Values ??= Float32Array.from({ length: 0x10000 }, (_, half) => f16Value(half));
  const floats = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) floats[i] = f16Values[halves[i]!]!;
  return floats;
}

/** Every f16 value by its bit pattern: one look-up a weight is the fastest conversion. */
let f16Values: Float32Array | undefined;

function f16Value(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** float32 to the nearest f16, ties to even; beyond ±65,520 infinity, as IEEE 754 rounds. */
export function f32ToF16(floats: Float32Array): Uint16Array<ArrayBuffer> {
  const halves = new Uint16Array(floats.length);
  for (let i = 0; i < floats.length; i++) {
    value[0] = floats[i]!;
    const sign = (bits[0]! >>> 16) & 0x8000;
    const magnitude = bits[0]! & 0x7fffffff;
    let half: number;
    if (magnitude > 0x7f800000) {
      half = 0x7e00; // NaN
    } else if (magnitude >= 0x477ff000) {
      half = 0x7c00; // rounds to infinity
    } else if (magnitude < 0x38800000) {
      // Subnormal in f16: adding 0.5 moves the last kept bit to the last bit of the float32, which the addition rounds.
      bits[0] = magnitude;
      value[0] = value[0] + 0.5;
      half = bits[0] - 0x3f000000;
    } else {
      const oddLastBit = (magnitude >> 13) & 1;
      half = (magnitude - 0x38000000 + 0xfff + oddLastBit) >> 13;
    }
    halves[i] = sign | half;
  }
  return halves;
}

/** bfloat16, the upper half of a float32, to float32, exactly. */
export function bf16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const floats = new Float32Array(halves.length);
  const patterns = new Uint32Array(floats.buffer);
  for (let i = 0; i < halves.length; i++) patterns[i] = halves[i]! << 16;
  return floats;
}
