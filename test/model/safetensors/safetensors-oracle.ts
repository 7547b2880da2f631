export interface PlainTensor {
  dtype: string;
  shape: number[];
  begin: number;
  end: number;
}

/** Content of a safetensors file. */
export interface PlainFile {
  metadata: Record<string, string>;
  tensors: Map<string, PlainTensor>;
  data: Uint8Array;
}

const widths = {
  ...{ BOOL: 1, U8: 1, I8: 1, F8_E5M2: 1, F8_E4M3: 1, F8_E8M0: 1, I16: 2, U16: 2, F16: 2, BF16: 2 },
  ...{ I32: 4, U32: 4, F32: 4, I64: 8, U64: 8, F64: 8, C64: 8 },
};
const isWidth = (dtype: unknown): dtype is keyof typeof widths =>
  typeof dtype === 'string' && Object.keys(widths).includes(dtype);
const strings = /"(?:[^"\\]|\\.)*"/gu;

/**
 * Reads a file by the format's own description (github.com/huggingface/safetensors, README, "Format") with other means than the reader
 * under test: `JSON.parse`, and regular expressions for what that lets pass. Undefined for a file that breaks a rule.
 */
export function readPlainly(bytes: Uint8Array): PlainFile | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getBigUint64(0, true);
  if (length > BigInt(bytes.length - 8)) return undefined;
  const header = parseHeader(bytes.subarray(8, 8 + Number(length)));
  if (!header) return undefined;
  const data = bytes.subarray(8 + Number(length));
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isObject(metadata) || Object.values(metadata).some((value) => typeof value !== 'string'))
    return undefined;
  const tensors = new Map<string, PlainTensor>();
  for (const [name, entry] of Object.entries(entries)) {
    const tensor = toTensor(entry);
    if (!tensor) return undefined;
    tensors.set(name, tensor);
  }
  return coversOnce(tensors, data.length)
    ? { metadata: metadata as Record<string, string>, tensors, data }
    : undefined;
}

/** An object whose every key stands once and whose every number is whole and without a sign, fraction or exponent. */
function parseHeader(bytes: Uint8Array): Record<string, unknown> | undefined {
  if (bytes[0] !== 0x7b) return undefined;
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const bare = text.replaceAll(strings, '""');
  const numbers = bare.match(/[-+.\w]+/gu) ?? [];
  if (numbers.some((number) => !/^(0|[1-9]\d*)$/u.test(number))) return undefined;
  if ((bare.match(/:/gu) ?? []).length !== countKeys(value)) return undefined;
  return isObject(value) ? value : undefined;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, each) => sum + countKeys(each), 0);
  return inner + (Array.isArray(value) ? 0 : Object.keys(value).length);
}

function toTensor(entry: unknown): PlainTensor | undefined {
  if (!isObject(entry) || Object.keys(entry).length !== 3) return undefined;
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isWidth(dtype) || !isWholes(shape) || !isWholes(offsets) || offsets.length !== 2)
    return undefined;
  const [begin = 0, end = 0] = offsets;
  // Whole numbers without end, where a product of 64 bits or of floats might overflow.
  let size = BigInt(widths[dtype]);
  let isTooLarge = false;
  for (const each of shape) {
    size *= BigInt(each);
    isTooLarge ||= size > BigInt(Number.MAX_SAFE_INTEGER);
  }
  if (isTooLarge || size !== BigInt(end - begin)) return undefined;
  return { dtype, shape, begin, end };
}

/** Every byte of the data belongs to one tensor, and an empty tensor lies between others, not in one. */
function coversOnce(tensors: ReadonlyMap<string, PlainTensor>, dataBytes: number): boolean {
  const owners = new Uint8Array(dataBytes);
  const all = [...tensors.values()];
  for (const { begin, end } of all) {
    if (end > dataBytes) return false;
    for (let at = begin; at < end; at++) owners[at]!++;
  }
  const isInside = (at: number) => all.some(({ begin, end }) => begin < at && at < end);
  const empties = all.filter(({ begin, end }) => begin === end);
  return owners.every((count) => count === 1) && !empties.some(({ begin }) => isInside(begin));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWholes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((each) => Number.isSafeInteger(each) && each >= 0);
}

/** A tensor's numbers, each worked out from its bits (IEEE 754; BF16 is the upper half of an F32). Undefined for a type that holds no weights. */
export function decodePlainly(
  { dtype, begin, end }: PlainTensor,
  data: Uint8Array,
): number[] | undefined {
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  const decode = {
    F32: (i: number) => view.getFloat32(4 * i, true),
    F16: (i: number) => halfOf(view.getUint16(2 * i, true)),
    BF16: (i: number) => {
      const upper = new DataView(new ArrayBuffer(4));
      upper.setUint16(0, view.getUint16(2 * i, true));
      return upper.getFloat32(0);
    },
  }[dtype];
  if (!decode || !isWidth(dtype)) return undefined;
  return Array.from({ length: (end - begin) / widths[dtype] }, (_, i) => decode(i));
}

function halfOf(bits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
