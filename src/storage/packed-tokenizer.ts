import type { KeptTokenizer } from '../tokenizer/tokenizer-kinds';
import type { AddedPiece } from '../tokenizer/added-pieces';

/** A tokenizer as it is unpacked: its lists are the caller's own. */
export type StoredTokenizer = Omit<KeptTokenizer, 'vocabulary' | 'addedPieces'> & {
  vocabulary: string[];
  addedPieces?: AddedPiece[];
};

/** Place of an array of f64 behind the JSON: where it begins there, in numbers, and how many it has. */
interface PackedNumbers {
  float64: [start: number, length: number];
}

/** Bytes before the JSON: its length, padded so that the numbers behind it are aligned. */
const PREFIX_BYTES = 8;

/**
 * Packs a tokenizer into bytes for the shard store, where a list of encoders does not read it: as JSON, and behind it the numbers of its
 * arrays of f64, which JSON would make three times as long. Layout: u64 bytes of the JSON, the JSON padded to 8 bytes, f64[].
 */
export function packTokenizer(tokenizer: KeptTokenizer): Uint8Array<ArrayBuffer> {
  const arrays: Float64Array[] = [];
  let start = 0;
  const json = JSON.stringify(tokenizer, (_key, value: unknown) => {
    if (!(value instanceof Float64Array)) return value;
    const packed: PackedNumbers = { float64: [start, value.length] };
    arrays.push(value);
    start += value.length;
    return packed;
  });
  const text = new TextEncoder().encode(json);
  const numbersAt = PREFIX_BYTES + 8 * Math.ceil(text.length / 8);
  const bytes = new Uint8Array(numbersAt + 8 * start).fill(0x20, PREFIX_BYTES, numbersAt);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, PREFIX_BYTES);
  let at = numbersAt;
  for (const numbers of arrays) {
    bytes.set(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength), at);
    at += numbers.byteLength;
  }
  return bytes;
}

/** Unpacks what `packTokenizer` has packed. */
export function unpackTokenizer(bytes: Uint8Array<ArrayBuffer>): StoredTokenizer {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const json = new TextDecoder().decode(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + length));
  const numbers = bytes.slice(PREFIX_BYTES + 8 * Math.ceil(length / 8));
  return JSON.parse(json, (_key, value: unknown) => {
    if (!isPackedNumbers(value)) return value;
    const [start, count] = value.float64;
    return new Float64Array(numbers.buffer, 8 * start, count).slice();
  }) as StoredTokenizer;
}

function isPackedNumbers(value: unknown): value is PackedNumbers {
  return typeof value === 'object' && value !== null && Object.keys(value).join() === 'float64';
}
