/** One field of a protobuf message, by its offsets in the file; its content is read only on demand. */
export interface ProtobufField {
  number: number;
  wire: 'varint' | 'fixed64' | 'length' | 'fixed32';
  /** Offset of the content's first byte; a varint's number is in `value`. */
  start: number;
  end: number;
  /** Number of a varint, read as int64; 0 for the other wire types. */
  value: number;
}

const WIRES = new Map<number, ProtobufField['wire']>([
  [0, 'varint'],
  [1, 'fixed64'],
  [2, 'length'],
  [5, 'fixed32'],
]);

/** Bytes that are read at once: many small fields of a graph then take one read. */
const WINDOW_BYTES = 64 * 1024;
/** Most bytes that a field's tag and length take. */
const HEADER_BYTES = 20;
/** Limit on the fields of a message, more than any file of ours has. */
const MAX_FIELDS = 200_000;

/**
 * Walks a protobuf file in a Blob without loading it; skipped fields are never read.
 *
 * Its errors are sentences about the file, without its name.
 */
export class ProtobufReader {
  readonly #blob: Blob;
  #window = new Uint8Array(0);
  #windowStart = 0;
  #fieldsRead = 0;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  get byteLength(): number {
    return this.#blob.size;
  }

  /** Yields the fields of the message at [start, end), in the order of the file. @throws where the message is damaged. */
  async *fields(start: number, end: number): AsyncGenerator<ProtobufField, void, undefined> {
    let at = start;
    while (at < end) {
      if (++this.#fieldsRead > MAX_FIELDS) throw new Error(`it has more than ${MAX_FIELDS} fields`);
      const header = await this.#read(at, Math.min(at + HEADER_BYTES, end));
      const tag = readVarint(header, 0, at);
      const number = Math.floor(tag.value / 8);
      const wire = WIRES.get(tag.value % 8);
      if (number < 1 || !wire)
        throw new Error(`it is damaged at byte ${at}: no field begins there`);
      const field: ProtobufField = { number, wire, start: at + tag.bytes, end: 0, value: 0 };
      if (wire === 'varint') {
        const varint = readVarint(header, tag.bytes, at);
        field.value = varint.value;
        field.end = field.start + varint.bytes;
      } else if (wire === 'length') {
        const length = readVarint(header, tag.bytes, at);
        field.start += length.bytes;
        field.end = field.start + length.value;
      } else {
        field.end = field.start + (wire === 'fixed64' ? 8 : 4);
      }
      if (field.end > end || field.end < field.start) {
        throw new Error(
          end === this.byteLength
            ? `it is cut short: it ends at byte ${end}, inside a part that reaches to byte ${field.end}`
            : `it is damaged at byte ${at}: a field reaches beyond the part it is in`,
        );
      }
      yield field;
      at = field.end;
    }
  }

  /** Reads a field as text. @throws where it is longer than `maxBytes` or not UTF-8. */
  async text(field: ProtobufField, maxBytes: number): Promise<string> {
    const bytes = await this.bytes(field, maxBytes);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Error(`it is damaged at byte ${field.start}: a name or text there is not UTF-8`);
    }
  }

  /** Reads a field's content; the bytes hold until the next read. @throws where it is longer than `maxBytes`. */
  async bytes(field: ProtobufField, maxBytes: number): Promise<Uint8Array> {
    const length = field.end - field.start;
    if (length > maxBytes) {
      throw new Error(
        `the entry at byte ${field.start} has ${length} bytes, more than the ${maxBytes} it may have`,
      );
    }
    return this.#read(field.start, field.end);
  }

  /** Reads the numbers of a repeated integer field: one, or many where they are packed. */
  async integers(field: ProtobufField, maxBytes: number): Promise<number[]> {
    if (field.wire === 'varint') return [field.value];
    const packed = await this.bytes(field, maxBytes);
    const values: number[] = [];
    for (let at = 0; at < packed.length;) {
      const varint = readVarint(packed, at, field.start + at);
      values.push(varint.value);
      at += varint.bytes;
    }
    return values;
  }

  async #read(start: number, end: number): Promise<Uint8Array> {
    const inWindow =
      start >= this.#windowStart && end <= this.#windowStart + this.#window.byteLength;
    if (!inWindow) {
      const until = Math.min(Math.max(end, start + WINDOW_BYTES), this.byteLength);
      this.#window = new Uint8Array(await this.#blob.slice(start, until).arrayBuffer());
      this.#windowStart = start;
    }
    return this.#window.subarray(start - this.#windowStart, end - this.#windowStart);
  }
}

/**
 * Reads the varint at `from` as a signed 64-bit integer; `fileOffset` is for the error alone. A number in more bytes than it needs is refused:
 * parsers differ in how many they take, and one may see another file than the next.
 */
function readVarint(
  bytes: Uint8Array,
  from: number,
  fileOffset: number,
): { value: number; bytes: number } {
  let small = 0; // exact below 2^49, which all but negative numbers are
  for (let i = 0, scale = 1; i < 7; i++, scale *= 128) {
    const byte = bytes[from + i];
    if (byte === undefined) break;
    small += (byte & 127) * scale;
    if (byte === 0 && i > 0) break;
    if (byte < 128) return { value: small, bytes: i + 1 };
  }
  let large = 0n;
  for (let i = 0; i < 10; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) break;
    large |= BigInt(byte & 127) << BigInt(7 * i);
    if (byte > 127) continue;
    if (byte === 0 && i > 0) break;
    const value = Number(BigInt.asIntN(64, large));
    if (!Number.isSafeInteger(value)) break;
    return { value, bytes: i + 1 };
  }
  throw new Error(
    `it is damaged at byte ${fileOffset}: a number there does not end, is too large or is written too long`,
  );
}
