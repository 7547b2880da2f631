import fc from 'fast-check';
import { byteMutation, changeBytes, type ByteMutation } from '../../reference/byte-mutations';

/** One change to a file: of its bytes, of the length before the header, of the header's text, of its structure, of the data's size. */
export type Mutation =
  | ByteMutation
  | { kind: 'length'; value: bigint; relative: boolean }
  | { kind: 'text'; how: (typeof textWays)[number]; at: number }
  | { kind: 'entry'; how: (typeof entryWays)[number]; at: number; other: number; value: number }
  | { kind: 'data'; change: number };

const textWays = [
  ...['1e0', '1.0', '-0', '01', '+1', 'null', '"1"', '[]', '{}', '18446744073709551616'],
  ...[
    'space',
    'escape',
    'comma',
    'repeat entry',
    'drop quote',
    'control',
    'nest',
    'byte order mark',
  ],
] as const;
const entryWays = [
  ...['rename', 'rename to another', 'dtype', 'drop tensor', 'copy tensor', 'swap offsets'],
  ...['shift begin', 'shift end', 'shift both', 'size', 'add size', 'drop size', 'permute sizes'],
  ...['drop field', 'add field', 'metadata', 'reverse order', 'huge size', 'swap sizes for bytes'],
] as const;
const dtypes = ['F32', 'F16', 'BF16', 'I32', 'U32', 'F64', 'I64', 'U8', 'BOOL', 'F31', 'f32', ''];

const at = fc.nat();
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  byteMutation(64),
  fc.record({
    kind: fc.constant('length' as const),
    value: fc.oneof(
      fc.bigInt({ min: -16n, max: 16n }),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    ),
    relative: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('text' as const), how: fc.constantFrom(...textWays), at }),
  fc.record({
    kind: fc.constant('entry' as const),
    how: fc.constantFrom(...entryWays),
    at,
    other: fc.nat(),
    value: fc.integer({ min: -9, max: 9 }),
  }),
  fc.record({ kind: fc.constant('data' as const), change: fc.integer({ min: -9, max: 9 }) }),
);

/** The file with one change; itself where the change does not apply any more. */
export function mutate(bytes: Uint8Array, change: Mutation): Uint8Array {
  if (change.kind === 'bytes') {
    if (bytes.length === 0) return bytes;
    // Half of the places lie in the first bytes, where the header is.
    const reach = change.at % 2 ? bytes.length : Math.min(bytes.length, 2000);
    return changeBytes(bytes, change, change.at % reach);
  }
  if (bytes.length < 8) return bytes;
  if (change.kind === 'data') {
    if (change.change < 0) return bytes.slice(0, change.change);
    return Uint8Array.from([...bytes, ...new Uint8Array(change.change)]);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (change.kind === 'length') {
    const changed = bytes.slice();
    const value = change.relative ? length + change.value : change.value;
    new DataView(changed.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    return changed;
  }
  if (length > BigInt(bytes.length - 8)) return bytes;
  const text = new TextDecoder().decode(bytes.subarray(8, 8 + Number(length)));
  const changed = change.kind === 'text' ? changeText(text, change) : changeEntry(text, change);
  return withHeader(changed, bytes.subarray(8 + Number(length)));
}

/** A file of a header and its data, with the right length before them. */
export function withHeader(header: string, data: Uint8Array): Uint8Array {
  const json = new TextEncoder().encode(header);
  const file = new Uint8Array(8 + json.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  file.set(data, 8 + json.length);
  return file;
}

function changeText(text: string, { how, at: place }: Mutation & { kind: 'text' }): string {
  const replaceOne = (pattern: RegExp, by: (found: string) => string) => {
    const found = [...text.matchAll(pattern)];
    const chosen = found[place % Math.max(1, found.length)];
    if (!chosen) return text;
    return (
      text.slice(0, chosen.index) + by(chosen[0]) + text.slice(chosen.index + chosen[0].length)
    );
  };
  if (how === 'space')
    return replaceOne(/[,:[{]/gu, (sign) => `${sign}${' \n\t\u00a0'[place % 4]}`);
  if (how === 'escape')
    return replaceOne(/[a-z]/gu, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`);
  if (how === 'comma') return replaceOne(/[,\]}]/gu, (sign) => `,${sign}`);
  if (how === 'repeat entry')
    return replaceOne(/"[^"]*":(?:\{[^}]*\}|\[[^\]]*\]|"[^"]*")/gu, (entry) => `${entry},${entry}`);
  if (how === 'drop quote') return replaceOne(/"/gu, () => '');
  if (how === 'control') return replaceOne(/"\w/gu, (start) => `${start}\u0007`);
  if (how === 'nest') return replaceOne(/\d+/gu, (number) => `[${number}]`);
  if (how === 'byte order mark') return replaceOne(/[{"]/gu, (sign) => `\ufeff${sign}`);
  return replaceOne(/\d+/gu, () => how);
}

type Loose = Record<string, { dtype: unknown; shape: number[]; data_offsets: [number, number] }>;

function changeEntry(text: string, change: Mutation & { kind: 'entry' }): string {
  let header: Loose;
  try {
    header = JSON.parse(text) as Loose;
  } catch {
    return text;
  }
  const { how, at: place, other, value } = change;
  const names = Object.keys(header).filter((name) => header[name]?.shape instanceof Array);
  const name = names[place % Math.max(1, names.length)];
  const another = names[other % Math.max(1, names.length)];
  if (name === undefined || another === undefined) return text;
  const entry = structuredClone(header[name]!);
  const [begin, end] = entry.data_offsets ?? [0, 0];
  const size = place % Math.max(1, entry.shape.length);
  const put = (changed: object) => JSON.stringify({ ...header, [name]: { ...entry, ...changed } });
  const without = (gone: string) =>
    Object.fromEntries(Object.entries(header).filter(([each]) => each !== gone));
  switch (how) {
    case 'rename':
      return JSON.stringify({ ...without(name), [`${name}'`]: entry });
    case 'rename to another':
      return JSON.stringify({ ...without(name), [another]: entry });
    case 'dtype':
      return put({ dtype: dtypes[other % dtypes.length] });
    case 'drop tensor':
      return JSON.stringify(without(name));
    case 'copy tensor':
      return JSON.stringify({ ...header, [`${name} again`]: entry });
    case 'swap offsets': {
      const [mine, theirs] = [entry.data_offsets, header[another]!.data_offsets];
      const swapped = { ...header[another], data_offsets: mine };
      return JSON.stringify({
        ...header,
        [another]: swapped,
        [name]: { ...entry, data_offsets: theirs },
      });
    }
    case 'shift begin':
      return put({ data_offsets: [begin + value, end] });
    case 'shift end':
      return put({ data_offsets: [begin, end + value] });
    case 'shift both':
      return put({ data_offsets: [begin + value, end + value] });
    case 'size':
      return put({ shape: entry.shape.map((each, i) => (i === size ? value : each)) });
    case 'add size':
      return put({ shape: [...entry.shape, value] });
    case 'drop size':
      return put({ shape: entry.shape.toSpliced(size, 1) });
    case 'permute sizes':
      return put({ shape: entry.shape.toReversed() });
    case 'drop field':
      return put({ [['dtype', 'shape', 'data_offsets'][other % 3]!]: undefined });
    case 'add field':
      return put({ strides: [value] });
    case 'metadata':
      return JSON.stringify({
        ...header,
        __metadata__: [{ a: 'b' }, { a: value }, [], 'x'][other % 4],
      });
    case 'reverse order':
      return JSON.stringify(Object.fromEntries(Object.entries(header).reverse()));
    case 'huge size':
      return put({ shape: [...entry.shape, 2 ** 40, 2 ** (other % 63), place % 2] });
    case 'swap sizes for bytes':
      return put({ dtype: 'U8', shape: [end - begin] });
  }
}
