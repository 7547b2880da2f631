import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/model/safetensors/safetensors';
import { f16ToF32, f32ToF16 } from '../../../src/model/half-precision';
import type { Weights } from '../../../src/model/weights';
import { safetensorsBlob } from './safetensors-file';

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };
type Header = Record<string, Entry>;

const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });
const weights: fc.Arbitrary<Weights> = fc
  .dictionary(
    fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => name !== '__metadata__'),
    shape,
    { minKeys: 1, maxKeys: 6 },
  )
  .chain((shapes) =>
    fc.tuple(
      ...Object.entries(shapes).map(([name, sizes]) => {
        const length = sizes.reduce((product, size) => product * size, 1);
        return fc
          .float32Array({
            minLength: length,
            maxLength: length,
            noNaN: true,
            noDefaultInfinity: true,
            min: -60000,
            max: 60000,
          })
          .map((data) => [name, { shape: sizes, data }] as const);
      }),
    ),
  )
  .map((entries) => new Map(entries));

function headerOf(weights: Weights): { header: Header; dataBytes: number } {
  const [prefix, ...parts] = writeSafetensors(weights);
  const header = JSON.parse(new TextDecoder().decode(prefix!.subarray(8))) as Header;
  delete header['__metadata__'];
  return { header, dataBytes: new Blob(parts).size };
}

const runs = (count: number) => ({ numRuns: count, seed: 20 });

test('what is written is read again, in f32 and in f16', async () => {
  await fc.assert(
    fc.asyncProperty(
      weights,
      fc.constantFrom('F32' as const, 'F16' as const),
      async (weights, dtype) => {
        const file = await readSafetensors(new Blob(writeSafetensors(weights, dtype)));
        expect([...file.tensors.keys()].sort()).toEqual([...weights.keys()].sort());
        for (const [name, { shape, data }] of weights) {
          const read = await file.read(name);
          expect(read.shape).toEqual(shape);
          expect(read.data).toEqual(dtype === 'F32' ? data : f16ToF32(f32ToF16(data)));
        }
      },
    ),
    runs(500),
  );
});

/** Changes to one tensor's entry after which the file is wrong, whatever it was before. */
const breakEntry: readonly [name: string, change: (entry: Entry, amount: number) => unknown][] = [
  [
    'begin moved up',
    (entry, amount) => ({
      ...entry,
      data_offsets: [entry.data_offsets[0] + amount, entry.data_offsets[1]],
    }),
  ],
  [
    'end moved up',
    (entry, amount) => ({
      ...entry,
      data_offsets: [entry.data_offsets[0], entry.data_offsets[1] + amount],
    }),
  ],
  [
    'both moved up',
    (entry, amount) => ({ ...entry, data_offsets: entry.data_offsets.map((at) => at + amount) }),
  ],
  [
    'both moved down',
    (entry, amount) => ({ ...entry, data_offsets: entry.data_offsets.map((at) => at - amount) }),
  ],
  [
    'one element more',
    (entry, amount) => ({
      ...entry,
      shape: [...entry.shape.slice(1), (entry.shape[0] ?? 1) + amount, 2 ** 40 + 1],
    }),
  ],
  ['a negative size twice', (entry) => ({ ...entry, shape: [...entry.shape, -1, -1] })],
  ['a wider type of unknown name', (entry) => ({ ...entry, dtype: 'F31' })],
  ['a lower-case type', (entry) => ({ ...entry, dtype: 'f32' })],
  ['no shape', ({ dtype, data_offsets }) => ({ dtype, data_offsets })],
  ['no offsets', ({ dtype, shape }) => ({ dtype, shape })],
  ['offsets as texts', (entry) => ({ ...entry, data_offsets: entry.data_offsets.map(String) })],
  [
    'offsets half',
    (entry) => ({ ...entry, data_offsets: entry.data_offsets.map((at) => at + 0.5) }),
  ],
  ['one more field', (entry) => ({ ...entry, strides: [1] })],
  ['a list', (entry) => [entry]],
  ['nothing', () => null],
];

test.each(breakEntry)('%s: never accepted', async (_, change) => {
  await fc.assert(
    fc.asyncProperty(
      weights,
      fc.nat(),
      fc.integer({ min: 1, max: 64 }),
      async (weights, place, amount) => {
        const { header, dataBytes } = headerOf(weights);
        const names = Object.keys(header);
        const name = names[place % names.length]!;
        const broken = { ...header, [name]: change(header[name]!, amount) };
        await expect(readSafetensors(safetensorsBlob(broken, dataBytes))).rejects.toThrow();
      },
    ),
    runs(200),
  );
});

test('a tensor left out, given twice under two names, or a data section of another length: never accepted', async () => {
  await fc.assert(
    fc.asyncProperty(
      weights,
      fc.nat(),
      fc.integer({ min: -8, max: 8 }),
      async (weights, place, amount) => {
        const { header, dataBytes } = headerOf(weights);
        const names = Object.keys(header);
        const name = names[place % names.length]!;
        const entry = header[name]!;
        const refused = async (changed: object, bytes: number) =>
          expect(readSafetensors(safetensorsBlob(changed, bytes))).rejects.toThrow();
        if (amount !== 0 && dataBytes + amount >= 0) await refused(header, dataBytes + amount);
        const others = Object.entries(header).filter(([other]) => other !== name);
        await refused(Object.fromEntries(others), dataBytes);
        await refused({ ...header, [`${name} again`]: entry }, dataBytes);
        const twice = `${JSON.stringify(header).slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(entry)}}`;
        await expect(readSafetensors(safetensorsBlob(twice, dataBytes))).rejects.toThrow(/twice/);
      },
    ),
    runs(500),
  );
});

test('bytes changed, cut out or put in at random: what is accepted still covers the data exactly, each byte once', async () => {
  const mutation = fc.record({
    kind: fc.constantFrom('set', 'cut', 'insert', 'swap'),
    at: fc.nat(),
    length: fc.integer({ min: 1, max: 4 }),
    byte: fc.nat(255),
    other: fc.nat(),
  });
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(
      weights,
      fc.array(mutation, { minLength: 1, maxLength: 3 }),
      async (weights, mutations) => {
        const written = new Blob(writeSafetensors(weights));
        let bytes = [...new Uint8Array(await written.arrayBuffer())];
        for (const { kind, at, length, byte, other } of mutations) {
          const place = at % bytes.length;
          if (kind === 'set') bytes[place] = byte;
          else if (kind === 'cut') bytes.splice(place, length);
          else if (kind === 'insert')
            bytes.splice(place, 0, ...new Array<number>(length).fill(byte));
          else bytes = [...bytes.slice(0, place), ...bytes.slice(other % bytes.length)];
          if (bytes.length === 0) return;
        }
        const file = await readSafetensors(new Blob([Uint8Array.from(bytes)])).catch(
          () => undefined,
        );
        if (!file) return;
        accepted++;
        assertCovered(bytes, [...file.tensors.keys()]);
      },
    ),
    runs(4000),
  );
  expect(accepted).toBeGreaterThan(50); // changed weights, names and metadata are legitimate files
});

/** The format's promises checked from the bytes alone, without our reader. */
function assertCovered(bytes: number[], names: string[]): void {
  const length = new DataView(Uint8Array.from(bytes.slice(0, 8)).buffer).getUint32(0, true);
  expect(bytes.slice(4, 8)).toEqual([0, 0, 0, 0]);
  const text = new TextDecoder('utf-8', { fatal: true }).decode(
    Uint8Array.from(bytes.slice(8, 8 + length)),
  );
  const header = JSON.parse(text) as Header;
  delete header['__metadata__'];
  expect(Object.keys(header)).toEqual(names);
  expect(text.match(/"data_offsets":/g) ?? []).toHaveLength(names.length);
  const owners = new Array<number>(bytes.length - 8 - length).fill(0);
  const widths: Record<string, number> = { F32: 4, F16: 2, I32: 4, U32: 4, F64: 8, U8: 1, I8: 1 };
  for (const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } of Object.values(header)) {
    expect(shape.reduce((product, size) => product * size, widths[dtype]!)).toBe(end - begin);
    for (let at = begin; at < end; at++) owners[at]!++;
  }
  expect(owners.every((count) => count === 1)).toBe(true);
  expect(owners).toHaveLength(bytes.length - 8 - length);
}
