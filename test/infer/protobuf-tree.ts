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
    let number = 0n;
    for (let shift = 0n; ; shift += 7n) {
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

export function writeTree(fields: readonly Field[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const field of fields) addField(field, parts);
  return new Uint8Array(Buffer.concat(parts));
}

/** Adds the bytes of a field in their order, and gives how many they are. */
function addField(field: Field, parts: Uint8Array[]): number {
  const { wire, lengthError = 0n, padding = 0 } = field;
  const tag = writeVarint(field.number * 8 + wire, 0);
  if (wire === 0) {
    const number = writeVarint(field.varint, padding);
    parts.push(tag, number);
    return tag.length + number.length;
  }
  const content: Uint8Array[] = [];
  let contentBytes = field.bytes.length;
  if (field.children) {
    contentBytes = 0;
    for (const child of field.children) contentBytes += addField(child, content);
  } else content.push(field.bytes);
  const length =
    wire === 2 ? writeVarint(BigInt(contentBytes) + lengthError, padding) : new Uint8Array(0);
  parts.push(tag, length, ...content);
  return tag.length + length.length + contentBytes;
}

const SMALL = Array.from({ length: 128 }, (_, number) => Uint8Array.of(number));

function writeVarint(number: bigint | number, padding: number): Uint8Array {
  // Nearly all are small, and a mutated file is written thousands of times.
  if (padding === 0 && number >= 0 && number < 128) return SMALL[Number(number)]!;
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(number));
  do {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  } while (rest > 0n);
  bytes.push(...new Array<number>(padding).fill(128));
  bytes[bytes.length - 1]! &= 127;
  return Uint8Array.from(bytes);
}

/** Every list of fields in a tree, the outermost first: where a field may be put, moved or taken away. */
export function listsOf(fields: Field[]): Field[][] {
  return [fields, ...fields.flatMap(({ children }) => (children ? listsOf(children) : []))];
}
