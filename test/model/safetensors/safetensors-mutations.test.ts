import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findEncoderTensors } from '../../../src/model/encoder-folder';
import { encoderParameterShapes } from '../../../src/model/parameters';
import { randomBert } from '../../../src/model/random-bert';
import { readSafetensors, writeSafetensors } from '../../../src/model/safetensors/safetensors';
import { tinyConfig } from '../../export/tiny-bert';
import { expectFrugalRefusal, WatchedFile, withinTime } from '../../reference/watched-file';
import { headerOf } from './safetensors-file';
import { mutate, mutation, withHeader } from './safetensors-mutations';
import { decodePlainly, readPlainly } from './safetensors-oracle';

/** Every element type that holds weights and two that do not, a scalar, an empty tensor, names that are hard to hold. */
const mixed = withHeader(
  JSON.stringify({
    __metadata__: { format: 'pt', note: 'é ü 🚂 "quoted" \\ back' },
    ...headerOf({
      'a.weight': ['F32', [2, 3], 0, 24],
      'b half': ['F16', [4], 24, 32],
      brain: ['BF16', [2, 2], 32, 40],
      bias: ['F32', [], 40, 44],
      leer: ['F32', [0, 7], 44, 44],
      position_ids: ['I64', [1, 3], 44, 68],
      'größe 🚂': ['U8', [5], 68, 73],
    }),
  }),
  Uint8Array.from({ length: 73 }, (_, i) => (37 * i + 11) % 251),
);

const encoder = new Uint8Array(
  Buffer.concat(writeSafetensors(encoderOf(randomBert(tinyConfig, 3)))),
);
const shapes = encoderParameterShapes(tinyConfig);

function encoderOf(weights: ReturnType<typeof randomBert>): ReturnType<typeof randomBert> {
  return new Map([...weights].filter(([key]) => key.startsWith('bert.')));
}

/**
 * Reads a mutated file and holds the outcome against the oracle: it is accepted exactly where the format allows it, and then every name,
 * type, shape, place and number is what the bytes say. Else it is refused with a sentence.
 */
async function hold(
  bytes: Uint8Array,
): Promise<Awaited<ReturnType<typeof readSafetensors>> | undefined> {
  const file = new WatchedFile([new Uint8Array(bytes)], 'x.safetensors');
  const expected = readPlainly(bytes);
  const outcome = await withinTime(200, () => {
    file.forget();
    return readSafetensors(file).catch((error: unknown) => error);
  });
  // The length and the header, each once; no tensor is read to open a file.
  expect(file.bytesRead()).toBeLessThanOrEqual(bytes.length);
  if (outcome instanceof Error) {
    expect(expected, outcome.message).toBeUndefined();
    expect(outcome.constructor).toBe(Error);
    expect(outcome.message).toMatch(/^x\.safetensors: .{10,2000}\.$/su);
    return undefined;
  }
  const read = outcome as Awaited<ReturnType<typeof readSafetensors>>;
  expect(expected).toBeDefined();
  expect(read.metadata).toEqual(expected!.metadata);
  expect([...read.tensors]).toEqual([...expected!.tensors]);
  for (const [name, tensor] of expected!.tensors) {
    const numbers = decodePlainly(tensor, expected!.data);
    if (!numbers) {
      await expect(read.read(name)).rejects.toThrow(/weights are F32, F16, BF16\.$/u);
      continue;
    }
    const { shape, data } = await read.read(name);
    expect(shape).toEqual(tensor.shape);
    expect(Array.from(data)).toEqual(numbers);
  }
  return read;
}

const changes = fc.array(mutation, { minLength: 1, maxLength: 3 });

describe('10,000 mutated files', () => {
  test('8,000 of a file of every kind of tensor: each is read as the format has it, or refused with a sentence', async () => {
    const outcomes = { accepted: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(changes, async (mutations) => {
        const read = await hold(mutations.reduce(mutate, mixed));
        outcomes[read ? 'accepted' : 'refused']++;
      }),
      { numRuns: 8000, seed: 31 },
    );
    expect(outcomes.accepted).toBeGreaterThan(200);
    expect(outcomes.refused).toBeGreaterThan(4000);
  }, 300_000);

  test('2,000 of an encoder: one that is taken has every parameter in its shape', async () => {
    const outcomes = { taken: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 2 }), async (mutations) => {
        const bytes = mutations.reduce(mutate, encoder);
        const file = await readSafetensors(
          new WatchedFile([new Uint8Array(bytes)], 'x.safetensors'),
        ).catch(() => undefined);
        expect(file !== undefined).toBe(readPlainly(bytes) !== undefined);
        if (!file) {
          outcomes.refused++;
          return;
        }
        try {
          const { names } = findEncoderTensors(file, tinyConfig);
          const found = [...names].map(([key, name]) => [key, file.tensors.get(name)?.shape]);
          expect(new Map(found as [string, number[]][])).toEqual(
            new Map(found.map(([key]) => [key, shapes.get(key as string)])),
          );
          expect(new Set(names.keys())).toEqual(new Set(shapes.keys()));
          outcomes.taken++;
        } catch (error) {
          expect((error as Error).message).toMatch(/^x\.safetensors does not hold the encoder/u);
          outcomes.refused++;
        }
      }),
      { numRuns: 2000, seed: 32 },
    );
    expect(outcomes.taken).toBeGreaterThan(100);
    expect(outcomes.refused).toBeGreaterThan(800);
  }, 300_000);
});

describe('headers of megabytes that mean nothing', () => {
  const megabytes = 4 * 2 ** 20;
  const filled = (start: string, part: string, end = '') =>
    start + part.repeat(Math.ceil((megabytes - start.length) / part.length)) + end;
  const entry = (i: number) =>
    `"${i}":{"dtype":"U8","shape":[${'0,'.repeat(31)}0],"data_offsets":[0,0]},`;
  test.each([
    ['lists in a list', filled('{"a":[', '[],')],
    ['objects in an object', filled('{"a":{', '"b":{},')],
    ['empty tensors', filled('{', '"a":{},')],
    ['lists without end', filled('{"a":', '[')],
    ['spaces', filled('{', ' ')],
    ['one long name', filled('{"', 'a', '":{}}')],
    ['one long name of escapes', filled('{"', '\\u0061', '":{}}')],
    ['one long type', filled('{"a":{"dtype":"', 'F', '"}}')],
    ['one long number', filled('{"a":{"shape":[', '9', ']}}')],
    ['a shape of millions of sizes', filled('{"a":{"dtype":"U8","shape":[', '0,')],
    ['metadata of millions of entries', filled('{"__metadata__":{', '"a":"",')],
    ['long shapes of nothing', `{${Array.from({ length: 20_000 }, (_, i) => entry(i)).join('')}`],
  ])('%s: refused within 200 ms and twice the memory', async (_, header) => {
    const file = new WatchedFile(
      [Uint8Array.from(withHeader(header, new Uint8Array(0)))],
      'x.safetensors',
    );
    // 4 MB: 10,000 entries that were read.
    const most = { messageLength: 2000, read: file.size, besides: 4 * 2 ** 20 };
    await expectFrugalRefusal(file, readSafetensors, most);
  });
});
