/** A field of a protobuf message: a number, bytes, or a message of fields. Wires as in protobuf.dev, "Encoding". */
export interface Field {
  number: number;
  wire: number;
  varint: bigint;
  bytes: Uint8Array;
  children?: Field[];
  /** Added to the length that is written, so that it lies. */
  lengthError?: bigint;
  /** Groups of seven zero bits behind the number: the same number in more bytes. */
  padding?: number;
}

/** Which fields hold messages, by field number: enough of onnx.proto for what our files hold. */
interface Nesting {
  [field: number]: Nesting;
}
const leaf: Nesting = {};
const value: Nesting = { 2: { 1: { 2: { 1: leaf } } } };
const onnxModel: Nesting = {
  7: { 1: { 5: leaf }, 5: leaf, 11: value, 12: value },
  8: leaf,
  14: leaf,
};

/** The fields of a well-formed ONNX file of ours. */
export function parseTree(bytes: Uint8Array, nesting: Nesting = onnxModel): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const readVarint = (): bigint => {
    const first = bytes[at++]!;
    if (first < 128) return BigInt(first);
    let number = BigInt(first & 127);
    for (let shift = 7n; ; shift += 7n) {
      const byte = bytes[at++]!;
      number |= BigInt(byte & 127) << shift;
      if (byte < 128) return number;
    }
  };
  while (at < bytes.length) {
    const tag = Number(readVarint());
    const field: Field = { number: tag >> 3, wire: tag & 7, varint: 0n, bytes: new Uint8Array(0) };
    if (field.wire === 0) field.varint = readVarint();
    else {
      const length = field.wire === 2 ? Number(readVarint()) : field.wire === 5 ? 4 : 8;
      field.bytes = bytes.subarray(at, at + length);
      at += length;
      const inner = nesting[field.number];
      if (inner) field.children = parseTree(field.bytes, inner);
    }
    fields.push(field);
  }
  return fields;
}

export function writeTree(fields: readonly Field[]): Uint8Array<ArrayBuffer> {
  const bytes = new BytesBackwards();
  addFields(fields, bytes);
  return bytes.taken();
}

/** Adds fields from the last to the first: the length of a message is known when it is to be written. */
function addFields(fields: readonly Field[], to: BytesBackwards): void {
  for (let i = fields.length - 1; i >= 0; i--) {
    const { number, wire, varint, bytes, children, lengthError = 0n, padding = 0 } = fields[i]!;
    if (wire === 0) to.addVarint(varint, padding);
    else {
      const before = to.length;
      if (children) addFields(children, to);
      else to.add(bytes);
      if (wire === 2) to.addVarint(BigInt(to.length - before) + lengthError, padding);
    }
    to.addVarint(number * 8 + wire, 0);
  }
}

/** Bytes that grow towards the front. */
class BytesBackwards {
  #room = new Uint8Array(2 ** 16);
  length = 0;

  add(bytes: ArrayLike<number>): void {
    this.length += bytes.length;
    if (this.length > this.#room.length) {
      const larger = new Uint8Array(2 * this.length);
      larger.set(this.#room, larger.length - this.#room.length);
      this.#room = larger;
    }
    this.#room.set(bytes, this.#room.length - this.length);
  }

  addVarint(number: bigint | number, padding: number): void {
    if (padding === 0 && number >= 0 && number < 128) return this.add([Number(number)]);
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, BigInt(number));
    do {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    } while (rest > 0n);
    bytes.push(...new Array<number>(padding).fill(128));
    bytes[bytes.length - 1]! &= 127;
    this.add(bytes);
  }

  taken(): Uint8Array<ArrayBuffer> {
    return this.#room.slice(this.#room.length - this.length);
  }
}

/** Every list of fields in a tree, the outermost first: where a field may be put, moved or taken away. */
export function listsOf(fields: Field[], lists: Field[][] = []): Field[][] {
  lists.push(fields);
  for (const { children } of fields) if (children) listsOf(children, lists);
  return lists;
}
