import { bf16ToF32, f16ToF32, f32ToF16, LARGEST_F16 } from '../half-precision';
import { expandQ4, isQuantized, joinQuantized, Q4_0 } from './quantized-tensors';
import {
  MAX_HEADER_BYTES,
  parseSafetensorsHeader,
  type SafetensorsHeader,
  type TensorEntry,
} from './safetensors-header';
import type { Weights, WeightTensor } from '../weights';

/** Element types that hold weights, as the format has them. */
const PLAIN_DTYPES = ['F32', 'F16', 'BF16'] as const;
/** The same, and the pairs of tensors that are one weight: see `quantized-tensors.ts`. */
export const WEIGHT_DTYPES = [...PLAIN_DTYPES, Q4_0] as const;

/** A safetensors file whose header was checked in full; tensors are read from the blob one by one. */
export interface SafetensorsFile extends SafetensorsHeader {
  /** Name of the file in errors. */
  readonly name: string;
  /** Offset at which the header ends and the data section begins. */
  readonly dataStart: number;
  /** Reads one tensor as float32. `@throws` for an unknown name or an element type that holds no weights. */
  read(tensor: string): Promise<WeightTensor>;
  /** Reads some rows of a matrix as float32, in the order asked for. `@throws` as `read`, and for a row that is not there. */
  readRows(tensor: string, rows: ArrayLike<number>): Promise<WeightTensor>;
  /** Reads a quantized matrix as it is kept, nibbles and scales. `@throws` for an unknown name or another element type. */
  readBlocks(tensor: string): Promise<{ nibbles: Uint8Array; scales: Uint16Array }>;
  /** Reads the bytes of a tensor of U8. `@throws` for an unknown name or another element type. */
  readBytes(tensor: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens a safetensors file. Before any tensor can be read, the whole header is checked; nothing but the header is loaded.
 *
 * @throws naming the file and what is wrong with it.
 */
export async function readSafetensors(blob: Blob, name = nameOf(blob)): Promise<SafetensorsFile> {
  if (blob.size < 8)
    throw new Error(
      `${name}: ${blob.size} bytes are too few for a safetensors file; load it again.`,
    );
  const length = new DataView(await blob.slice(0, 8).arrayBuffer()).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) {
    throw new Error(
      `${name}: the header says it has ${length.toLocaleString('en')} bytes; at most ${MAX_HEADER_BYTES.toLocaleString('en')} are read. This is no safetensors file.`,
    );
  }
  const dataStart = 8 + Number(length);
  if (dataStart > blob.size) {
    throw new Error(
      `${name}: the header needs ${dataStart} bytes, but the file has ${blob.size}; it is cut short: load it again.`,
    );
  }
  const stated = parseSafetensorsHeader(
    new Uint8Array(await blob.slice(8, dataStart).arrayBuffer()),
    blob.size - dataStart,
    name,
  );
  const header = joinQuantized(stated, name);
  const entryOf = (tensor: string): TensorEntry => {
    const entry = header.tensors.get(tensor);
    if (!entry) throw new Error(`${name}: there is no tensor "${tensor}".`);
    return entry;
  };
  const bytesAt = ({ begin, end }: TensorEntry) =>
    blob.slice(dataStart + begin, dataStart + end).arrayBuffer();
  return {
    ...header,
    name,
    dataStart,
    async read(tensor) {
      const entry = entryOf(tensor);
      const scales = isQuantized(entry) ? await bytesAt(entry.scales) : undefined;
      const data = numbersOf(
        entry.dtype,
        await bytesAt(entry),
        scales,
        `${name}: tensor "${tensor}"`,
      );
      return { shape: entry.shape, data };
    },
    async readRows(tensor, rows) {
      const entry = entryOf(tensor);
      const [count = 0, width = 0] = entry.shape;
      const missing = Array.from(rows).find((row) => !(row >= 0 && row < count));
      if (entry.shape.length !== 2 || missing !== undefined) {
        throw new RangeError(
          `${name}: tensor "${tensor}" is [${entry.shape.join(', ')}] and has no row ${missing ?? 'at all'}.`,
        );
      }
      const chosen = async (part: TensorEntry) => takeRows(await bytesAt(part), count, rows);
      const scales = isQuantized(entry) ? await chosen(entry.scales) : undefined;
      const data = numbersOf(
        entry.dtype,
        await chosen(entry),
        scales,
        `${name}: tensor "${tensor}"`,
      );
      return { shape: [rows.length, width], data };
    },
    async readBlocks(tensor) {
      const entry = entryOf(tensor);
      if (!isQuantized(entry)) {
        throw new Error(
          `${name}: tensor "${tensor}" has the element type ${entry.dtype}; expected is ${Q4_0}.`,
        );
      }
      return {
        nibbles: new Uint8Array(await bytesAt(entry)),
        scales: new Uint16Array(await bytesAt(entry.scales)),
      };
    },
    async readBytes(tensor) {
      const entry = entryOf(tensor);
      if (entry.dtype !== 'U8') {
        throw new Error(
          `${name}: tensor "${tensor}" has the element type ${entry.dtype}; expected is U8.`,
        );
      }
      return new Uint8Array(await bytesAt(entry));
    },
  };
}

/** Widens what a tensor's bytes hold to float32. @throws where its element type holds no weights */
function numbersOf(
  dtype: string,
  bytes: ArrayBuffer,
  scales: ArrayBuffer | undefined,
  where: string,
): Float32Array<ArrayBuffer> {
  if (scales) return expandQ4(new Uint8Array(bytes), new Uint16Array(scales));
  if (dtype === 'F32') return new Float32Array(bytes);
  if (dtype === 'F16') return f16ToF32(new Uint16Array(bytes));
  if (dtype === 'BF16') return bf16ToF32(new Uint16Array(bytes));
  throw new Error(
    `${where} has the element type ${dtype}; weights are ${PLAIN_DTYPES.join(', ')}.`,
  );
}

/** Copies some of the `count` rows that the bytes are, all of one length. */
function takeRows(bytes: ArrayBuffer, count: number, rows: ArrayLike<number>): ArrayBuffer {
  const rowBytes = bytes.byteLength / count;
  const taken = new Uint8Array(rows.length * rowBytes);
  for (let i = 0; i < rows.length; i++) {
    taken.set(new Uint8Array(bytes, rows[i]! * rowBytes, rowBytes), i * rowBytes);
  }
  return taken.buffer;
}

function nameOf(blob: Blob): string {
  return 'name' in blob && typeof blob.name === 'string' ? blob.name : 'model.safetensors';
}

/**
 * Writes weights as a safetensors file in parts for `new Blob(parts)`. In f32 the parts are views of the weights themselves,
 * so nothing is copied.
 *
 * Tensors stand in the order of their names and the header is padded to 8 bytes, as Hugging Face's writer does: equal weights
 * give equal bytes.
 *
 * @throws when a weight is not finite, or, in f16, rounds to infinity.
 */
export function writeSafetensors(
  weights: Weights,
  dtype: 'F32' | 'F16' = 'F32',
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer>[] {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt', ...metadata } };
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let offset = 0;
  for (const [name, tensor] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const count = tensor.shape.reduce((product, size) => product * size, 1);
    if (count !== tensor.data.length) {
      throw new Error(
        `Tensor "${name}" has the shape [${tensor.shape.join(', ')}] but ${tensor.data.length} values.`,
      );
    }
    assertWritable(name, tensor.data, dtype);
    const part = bytesOf(dtype === 'F16' ? f32ToF16(tensor.data) : tensor.data);
    header[name] = { dtype, shape: tensor.shape, data_offsets: [offset, offset + part.byteLength] };
    offset += part.byteLength;
    parts.push(part);
  }
  return [writeHeader(header), ...parts];
}

/** Writes a header padded to 8 bytes, with its length before it. */
export function writeHeader(header: Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const prefix = new Uint8Array(8 + Math.ceil(json.length / 8) * 8).fill(0x20);
  new DataView(prefix.buffer).setBigUint64(0, BigInt(prefix.length - 8), true);
  prefix.set(json, 8);
  return prefix;
}

function assertWritable(name: string, data: Float32Array, dtype: 'F32' | 'F16'): void {
  const limit = dtype === 'F16' ? LARGEST_F16 : Number.MAX_VALUE;
  for (let i = 0; i < data.length; i++) {
    if (Math.abs(data[i]!) <= limit) continue;
    throw new Error(
      `Tensor "${name}" has the value ${data[i]} at ${i}, which ${dtype} cannot hold; write it as F32, or go back to the last good weights.`,
    );
  }
}

/** Returns the bytes of the numbers: a view, save for shared memory, which a Blob does not take. */
function bytesOf(numbers: Float32Array | Uint16Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = numbers;
  if (buffer instanceof ArrayBuffer) return new Uint8Array(buffer, byteOffset, byteLength);
  return new Uint8Array(buffer, byteOffset, byteLength).slice();
}
