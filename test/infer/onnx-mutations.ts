import fc from 'fast-check';
import { byteMutation, changeBytes, type ByteMutation } from '../reference/byte-mutations';
import { listsOf, parseTree, writeTree, type Field } from './protobuf-tree';

const fieldWays = [
  ...['number', 'wire', 'copy', 'remove', 'move', 'swap', 'put elsewhere', 'length', 'padding'],
  ...['varint', 'huge varint', 'negative', 'text', 'not UTF-8', 'empty', 'unknown field', 'pack'],
] as const;
const jsonWays = [
  'number',
  'huge',
  'null',
  'text',
  'key',
  'drop',
  'repeat',
  'nest',
  'NaN',
] as const;

/** One change to a file: of its bytes, of a protobuf field somewhere in it, of the JSON in its metadata. */
export type Mutation =
  | ByteMutation
  | { kind: 'field'; how: (typeof fieldWays)[number]; at: number; other: number; value: bigint }
  | { kind: 'json'; how: (typeof jsonWays)[number]; at: number; other: number };

const at = fc.nat();
export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  byteMutation(255),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('field' as const),
      how: fc.constantFrom(...fieldWays),
      at,
      other: fc.nat(),
      value: fc.oneof(
        fc.bigInt({ min: -8n, max: 64n }),
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n }),
      ),
    }),
  },
  fc.record({
    kind: fc.constant('json' as const),
    how: fc.constantFrom(...jsonWays),
    at,
    other: fc.nat(),
  }),
);

/** The file with changes to its tree, and then to its bytes, for these may leave no tree behind. */
export function mutate(file: Uint8Array, mutations: readonly Mutation[]): Uint8Array {
  const tree = parseTree(file);
  for (const change of mutations) {
    if (change.kind === 'field') changeField(tree, change);
    else if (change.kind === 'json') changeJson(tree, change);
  }
  let bytes: Uint8Array = writeTree(tree);
  for (const change of mutations) {
    if (change.kind !== 'bytes' || bytes.length === 0) continue;
    bytes = changeBytes(bytes, change, change.at % bytes.length);
  }
  return bytes;
}

function changeField(tree: Field[], change: Mutation & { kind: 'field' }): void {
  const lists = listsOf(tree).filter(({ length }) => length > 0);
  const list = lists[change.at % Math.max(1, lists.length)];
  if (!list) return;
  const { how, other, value } = change;
  const place = other % list.length;
  const field = list[place]!;
  const another = lists[(change.at + other) % lists.length]!;
  const newNumber = Number(BigInt.asUintN(5, value)) || 1;
  if (how === 'number') field.number = newNumber;
  else if (how === 'wire') field.wire = other % 8;
  else if (how === 'copy') list.splice(place, 0, structuredClone(field));
  else if (how === 'remove') list.splice(place, 1);
  else if (how === 'move') list.push(...list.splice(place, 1));
  else if (how === 'swap') list.splice(place, 2, ...list.slice(place, place + 2).reverse());
  else if (how === 'put elsewhere') another.push(structuredClone(field));
  else if (how === 'length') field.lengthError = value;
  else if (how === 'padding') field.padding = newNumber % 12;
  else if (how === 'varint') field.varint += value % 64n;
  else if (how === 'huge varint') field.varint = value;
  else if (how === 'negative') field.varint = -field.varint;
  else if (how === 'empty') empty(field);
  else if (how === 'pack') pack(list, field);
  else if (how === 'unknown field')
    list.splice(place, 0, {
      number: newNumber,
      wire: other % 3,
      varint: value,
      bytes: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    });
  else if (!field.children && field.bytes.length > 0) {
    field.bytes = field.bytes.slice();
    field.bytes[other % field.bytes.length] = how === 'text' ? 0x61 + (newNumber % 26) : 0xff;
  }
}

function empty(field: Field): void {
  field.bytes = new Uint8Array(0);
  delete field.children;
}

/** Neighbours of one number as one field of many, which parsers take for the same. */
function pack(list: Field[], field: Field): void {
  const alike = list.filter(({ number, wire }) => number === field.number && wire === 0);
  if (alike.length === 0 || field.wire !== 0) return;
  const bytes = writeTree(alike.map((each) => ({ ...each, number: 0 }))).filter(
    (_, i, all) => i % 2 || all.length % 2,
  );
  list.splice(list.indexOf(field), alike.length, { ...field, wire: 2, bytes });
}

/** Changes the text of one metadata entry as if it were JSON; the vocabulary's lines are no JSON and change too. */
function changeJson(tree: Field[], { how, at: place, other }: Mutation & { kind: 'json' }): void {
  const entries = tree.filter(({ number }) => number === 14);
  const entry = entries[place % Math.max(1, entries.length)];
  const field = entry?.children?.find(({ number }) => number === 2);
  if (!field) return;
  const text = new TextDecoder().decode(field.bytes);
  const replaceOne = (pattern: RegExp, by: (found: string) => string): string => {
    const found = [...text.matchAll(pattern)];
    const chosen = found[other % Math.max(1, found.length)];
    if (!chosen) return text;
    return (
      text.slice(0, chosen.index) + by(chosen[0]) + text.slice(chosen.index + chosen[0].length)
    );
  };
  const anyValue = /\d+(?:\.\d+)?|"[^"]*"|true|false/gu;
  const changes: Record<(typeof jsonWays)[number], () => string> = {
    number: () =>
      replaceOne(/\d+(?:\.\d+)?/gu, (number) => String(Number(number) + (other % 3) - 1)),
    huge: () => replaceOne(/\d+(?:\.\d+)?/gu, () => '1e308'),
    null: () => replaceOne(anyValue, () => 'null'),
    text: () => replaceOne(/[a-zA-Z]/gu, (letter) => (letter === 'x' ? 'y' : 'x')),
    key: () => replaceOne(/"\w+":/gu, () => '"__proto__":'),
    drop: () => replaceOne(/"\w+":[^,{}[\]]+,/gu, () => ''),
    repeat: () => replaceOne(/"\w+":[^,{}[\]]+,/gu, (part) => part + part),
    nest: () => replaceOne(anyValue, (found) => `[${found}]`),
    NaN: () => replaceOne(anyValue, () => 'NaN'),
  };
  field.bytes = new TextEncoder().encode(changes[how]());
}
