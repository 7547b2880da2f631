import { f16ToF32 } from '../half-precision';
import type { SafetensorsHeader, TensorEntry } from './safetensors-header';

/** Entry of a file's metadata that says how its quantized tensors are kept. */
const METADATA_KEY = 'quantization';

/** ggml's name for blocks of 32 weights, 4 bits each, with one scale a block. */
export const Q4_0 = 'Q4_0';

/** Weights in a block. */
export const Q4_BLOCK = 32;
const NIBBLES = '.q4';
const SCALES = '.scales';

/** A tensor kept in blocks of 4 bits: its bytes are the nibbles, and its scales lie elsewhere in the file. */
export interface QuantizedEntry extends TensorEntry {
  readonly dtype: typeof Q4_0;
  readonly scales: TensorEntry;
}

/** Tells a quantized tensor from a plain one. */
export function isQuantized(entry: TensorEntry): entry is QuantizedEntry {
  return entry.dtype === Q4_0;
}

/**
 * Joins each pair of tensors that keeps a quantized one, `NAME.q4` (U8, half as many as weights) and `NAME.scales` (F16, one for 32
 * weights), to one of the element type Q4_0 with the shape of the weights. Files whose metadata says nothing of it stay as they are.
 *
 * @throws naming the file and the tensor where a pair is not whole, or the file's quantization is another.
 */
export function joinQuantized(header: SafetensorsHeader, file: string): SafetensorsHeader {
  const kind = header.metadata[METADATA_KEY];
  if (kind === undefined) return header;
  if (kind !== Q4_0) {
    throw new Error(
      `${file}: its weights are quantized as ${kind.slice(0, 60)}; only ${Q4_0} is read. Take the weights as F32, F16 or BF16.`,
    );
  }
  const tensors = new Map<string, TensorEntry>();
  for (const [key, entry] of header.tensors) {
    const isScales = key.endsWith(SCALES);
    const name = isScales || key.endsWith(NIBBLES) ? key.slice(0, key.lastIndexOf('.')) : undefined;
    if (name === undefined) {
      tensors.set(key, entry);
    } else if (isScales) {
      if (!header.tensors.has(name + NIBBLES))
        throw new Error(`${file}: tensor "${key}" has no "${name}${NIBBLES}" beside it.`);
    } else {
      if (header.tensors.has(name))
        throw new Error(`${file}: tensor "${name}" is there twice, plain and quantized.`);
      tensors.set(
        name,
        joined(entry, header.tensors.get(name + SCALES), `${file}: tensor "${name}"`),
      );
    }
  }
  return { ...header, tensors };
}

function joined(
  nibbles: TensorEntry,
  scales: TensorEntry | undefined,
  where: string,
): QuantizedEntry {
  const shape = nibbles.shape.map((size, axis) =>
    axis === nibbles.shape.length - 1 ? 2 * size : size,
  );
  const expected = shape.map((size, axis) => (axis === shape.length - 1 ? size / Q4_BLOCK : size));
  const isWhole =
    nibbles.dtype === 'U8' && scales?.dtype === 'F16' && scales.shape.join() === expected.join();
  if (!scales || !isWhole) {
    const found = scales ? `${scales.dtype} [${scales.shape.join(', ')}]` : 'missing';
    throw new Error(
      `${where} is quantized: expected are nibbles as U8 and scales as F16 [${expected.join(', ')}]; ` +
        `the nibbles are ${nibbles.dtype} [${nibbles.shape.join(', ')}], the scales ${found}.`,
    );
  }
  return { ...nibbles, dtype: Q4_0, shape, scales };
}

/**
 * weights[32 b + i] = (nibble − 8) × scales[b], exactly. Byte i of a block holds weight i in its low half and weight i + 16 in its high half.
 *
 * @param nibbles u8[weights / 2]
 * @param scales bit patterns of f16[weights / 32]
 */
export function expandQ4(nibbles: Uint8Array, scales: Uint16Array): Float32Array<ArrayBuffer> {
  const factors = f16ToF32(scales);
  const weights = new Float32Array(2 * nibbles.length);
  const half = Q4_BLOCK / 2;
  for (let block = 0; block < factors.length; block++) {
    const scale = factors[block]!;
    const from = block * Q4_BLOCK;
    for (let i = 0; i < half; i++) {
      const byte = nibbles[block * half + i]!;
      weights[from + i] = ((byte & 15) - 8) * scale;
      weights[from + half + i] = ((byte >> 4) - 8) * scale;
    }
  }
  return weights;
}
