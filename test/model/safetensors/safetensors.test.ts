import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSafetensors, writeSafetensors } from '../../../src/model/safetensors/safetensors';
import type { Weights } from '../../../src/model/weights';
import { headerOf, safetensorsBlob } from './safetensors-file';

type GoldenFile = {
  base64: string;
  values: Record<string, { shape: number[]; data: number[] }>;
};
const golden = JSON.parse(readFileSync('test/reference/golden/safetensors.json', 'utf8')) as Record<
  'F32' | 'F16' | 'BF16' | 'mixed',
  GoldenFile
>;

const bytesOf = (file: GoldenFile) => new Uint8Array(Buffer.from(file.base64, 'base64'));
const weightsOf = ({ values }: GoldenFile): Weights =>
  new Map(
    Object.entries(values).map(([name, { shape, data }]) => [
      name,
      { shape, data: Float32Array.from(data) },
    ]),
  );

describe("files of Hugging Face's writer", () => {
  test.each(['F32', 'F16', 'BF16', 'mixed'] as const)(
    '%s reads as PyTorch holds it',
    async (name) => {
      const file = await readSafetensors(new Blob([bytesOf(golden[name])]));
      for (const [tensor, { shape, data }] of Object.entries(golden[name].values)) {
        const read = await file.read(tensor);
        expect(read.shape).toEqual(shape);
        expect([...read.data]).toEqual(data);
      }
    },
  );

  test.each(['F32', 'F16'] as const)(
    '%s is written byte for byte as Hugging Face writes it',
    async (dtype) => {
      const written = new Blob(writeSafetensors(weightsOf(golden[dtype]), dtype));
      expect(new Uint8Array(await written.arrayBuffer())).toEqual(bytesOf(golden[dtype]));
    },
  );

  test('metadata is read; a tensor of whole numbers is named but is no weight', async () => {
    expect((await readSafetensors(new Blob([bytesOf(golden.F32)]))).metadata).toEqual({
      format: 'pt',
    });
    const mixed = await readSafetensors(new Blob([bytesOf(golden.mixed)]), 'mixed.safetensors');
    expect(mixed.tensors.get('position_ids')?.shape).toEqual([1, 4]);
    await expect(mixed.read('position_ids')).rejects.toThrow(
      /^mixed\.safetensors: tensor "position_ids" has the element type I64; weights are F32, F16, BF16/,
    );
    await expect(mixed.read('nothing')).rejects.toThrow(/there is no tensor "nothing"/);
  });
});

describe('writing', () => {
  test('f32 parts are views of the weights: nothing is copied', () => {
    const data = Float32Array.of(9, 1, 2, 9).subarray(1, 3);
    const [, part] = writeSafetensors(new Map([['w', { shape: [2], data }]]));
    expect(part?.buffer).toBe(data.buffer);
    expect(part?.byteOffset).toBe(4);
  });

  test('weights in shared memory are copied, because a Blob takes none', async () => {
    const data = new Float32Array(new SharedArrayBuffer(8));
    data.set([1, 2]);
    const blob = new Blob(writeSafetensors(new Map([['w', { shape: [2], data }]])));
    expect([...(await (await readSafetensors(blob)).read('w')).data]).toEqual([1, 2]);
  });

  test('what cannot be held is refused by name', () => {
    const weights = (value: number): Weights =>
      new Map([['w', { shape: [2], data: Float32Array.of(0, value) }]]);
    expect(() => writeSafetensors(weights(NaN))).toThrow(
      /Tensor "w" has the value NaN at 1, which F32/,
    );
    expect(() => writeSafetensors(weights(-Infinity))).toThrow(/-Infinity/);
    expect(() => writeSafetensors(weights(7e4), 'F16')).toThrow(/the value 70000 at 1, which F16/);
    expect(writeSafetensors(weights(7e4))).toHaveLength(2);
    const misshapen: Weights = new Map([['w', { shape: [3], data: new Float32Array(2) }]]);
    expect(() => writeSafetensors(misshapen)).toThrow(/shape \[3\] but 2 values/);
  });
});

describe('what the format forbids is refused before a byte of data is read', () => {
  const f32 = '"dtype":"F32"';
  const cases: [name: string, blob: Blob, reason: RegExp][] = [
    ['an empty file', new Blob([]), /0 bytes are too few/],
    ['seven bytes', new Blob([new Uint8Array(7)]), /too few/],
    ['a header longer than the file', safetensorsBlob('{}', 0, 3), /cut short/],
    [
      'a header of 8 MB and a byte',
      safetensorsBlob('{}', 0, 8 * 1024 * 1024 + 1),
      /at most 8,388,608/,
    ],
    [
      'a header length beyond float64',
      new Blob([new Uint8Array(16).fill(255)]),
      /18,446,744,073,709,551,615/,
    ],
    ['an empty header', safetensorsBlob('', 0), /does not begin with "\{"/],
    ['a header that begins with a space', safetensorsBlob(' {}', 0), /does not begin/],
    ['a header with a byte order mark', safetensorsBlob('\ufeff{}', 0), /does not begin/],
    ['an array', safetensorsBlob('[]', 0), /does not begin/],
    ['JSON cut short', safetensorsBlob('{"a":', 0), /not valid JSON/],
    ['text behind the JSON', safetensorsBlob('{} x', 0), /not valid JSON/],
    ['a trailing NUL', safetensorsBlob('{}\0', 0), /not valid JSON/],
    [
      'invalid UTF-8',
      new Blob([new Uint8Array([4, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0x22, 0xff, 0x7d])]),
      /not valid JSON/,
    ],
    [
      'a key twice',
      safetensorsBlob(
        `{"a":{${f32},"shape":[1],"data_offsets":[0,4]},"a":{${f32},"shape":[1],"data_offsets":[4,8]}}`,
        8,
      ),
      /key "a" twice/,
    ],
    [
      'a key twice, once escaped',
      safetensorsBlob(
        `{"a":{${f32},"shape":[0],"data_offsets":[0,0]},"\\u0061":{${f32},"shape":[0],"data_offsets":[0,0]}}`,
        0,
      ),
      /key "a" twice/,
    ],
    [
      'an inner key twice',
      safetensorsBlob(`{"a":{${f32},"shape":[2],"shape":[1],"data_offsets":[0,4]}}`, 4),
      /key "shape" twice/,
    ],
    [
      'metadata twice',
      safetensorsBlob('{"__metadata__":{},"__metadata__":{}}', 0),
      /"__metadata__" twice/,
    ],
    [
      'metadata that is no text',
      safetensorsBlob('{"__metadata__":{"a":1}}', 0),
      /must map names to texts/,
    ],
    [
      'metadata that is a list',
      safetensorsBlob('{"__metadata__":[]}', 0),
      /must map names to texts/,
    ],
    [
      'an unknown element type',
      safetensorsBlob(headerOf({ a: ['F128', [1], 0, 16] }), 16),
      /element type "F128"; known are/,
    ],
    [
      'an element type of Object',
      safetensorsBlob(headerOf({ a: ['constructor', [1], 0, 4] }), 4),
      /element type "constructor"/,
    ],
    [
      'a missing field',
      safetensorsBlob(`{"a":{${f32},"shape":[1]}}`, 4),
      /tensor "a" must have exactly dtype, shape and data_offsets/,
    ],
    [
      'an extra field',
      safetensorsBlob(`{"a":{${f32},"shape":[1],"data_offsets":[0,4],"x":1}}`, 4),
      /must have exactly/,
    ],
    [
      'a tensor that is null',
      safetensorsBlob('{"a":null}', 0),
      /null where a whole number belongs/,
    ],
    ['a tensor that is a list', safetensorsBlob('{"a":[]}', 0), /must have exactly/],
    [
      'a negative size',
      safetensorsBlob(`{"a":{${f32},"shape":[-1],"data_offsets":[0,4]}}`, 4),
      /-1 where a whole number belongs/,
    ],
    [
      'a fraction',
      safetensorsBlob(`{"a":{${f32},"shape":[1.0],"data_offsets":[0,4]}}`, 4),
      /1\.0 where a whole number belongs/,
    ],
    [
      'an exponent',
      safetensorsBlob(`{"a":{${f32},"shape":[1e0],"data_offsets":[0,4]}}`, 4),
      /1e0 where/,
    ],
    [
      'true for a size',
      safetensorsBlob(`{"a":{${f32},"shape":[true],"data_offsets":[0,4]}}`, 4),
      /true where/,
    ],
    [
      'a text for a size',
      safetensorsBlob(`{"a":{${f32},"shape":["1"],"data_offsets":[0,4]}}`, 4),
      /shape \["1"\]/,
    ],
    [
      'a size beyond 2^53',
      safetensorsBlob(`{"a":{${f32},"shape":[9007199254740993],"data_offsets":[0,4]}}`, 4),
      /must list whole numbers/,
    ],
    [
      'sizes whose product overflows',
      safetensorsBlob(headerOf({ a: ['F32', [2 ** 32, 2 ** 32], 0, 0] }), 0),
      /larger than any file/,
    ],
    [
      'sizes whose product overflows to 0 in 64 bits',
      safetensorsBlob(headerOf({ a: ['U8', [2 ** 32, 2 ** 32, 0], 0, 0] }), 0),
      /larger than any file/,
    ],
    [
      'one offset',
      safetensorsBlob(`{"a":{${f32},"shape":[1],"data_offsets":[4]}}`, 4),
      /must be two whole numbers/,
    ],
    [
      'three offsets',
      safetensorsBlob(`{"a":{${f32},"shape":[1],"data_offsets":[0,4,4]}}`, 4),
      /must be two whole numbers/,
    ],
    [
      'fewer bytes than the shape needs',
      safetensorsBlob(headerOf({ a: ['F32', [2], 0, 4] }), 4),
      /\(F32 \[2\]\) needs 8 bytes, but its offsets 0 to 4 hold 4/,
    ],
    ['end before begin', safetensorsBlob(headerOf({ a: ['F32', [1], 4, 0] }), 4), /hold -4/],
    [
      'overlapping tensors',
      safetensorsBlob(headerOf({ a: ['F32', [2], 0, 8], b: ['F32', [2], 4, 12] }), 12),
      /tensor "b" begins at byte 4 of the data and overlaps/,
    ],
    [
      'two tensors of the same bytes',
      safetensorsBlob(headerOf({ a: ['F32', [1], 0, 4], b: ['F32', [1], 0, 4] }), 4),
      /overlaps/,
    ],
    [
      'an empty tensor inside another',
      safetensorsBlob(headerOf({ a: ['F32', [2], 0, 8], b: ['F32', [0], 4, 4] }), 8),
      /overlaps/,
    ],
    [
      'a gap at the start',
      safetensorsBlob(headerOf({ a: ['F32', [1], 4, 8] }), 8),
      /leaves 4 bytes unused/,
    ],
    [
      'a gap between tensors',
      safetensorsBlob(headerOf({ a: ['F32', [1], 0, 4], b: ['F32', [1], 8, 12] }), 12),
      /leaves 4 bytes unused/,
    ],
    [
      'bytes behind the last tensor',
      safetensorsBlob(headerOf({ a: ['F32', [1], 0, 4] }), 5),
      /1 bytes behind the last tensor/,
    ],
    [
      'a file cut short',
      safetensorsBlob(headerOf({ a: ['F32', [1], 0, 4] }), 3),
      /need 4 bytes of data, but the file has 3; it is cut short/,
    ],
    [
      '10,001 tensors',
      safetensorsBlob(
        headerOf(
          Object.fromEntries(
            Array.from({ length: 10_001 }, (_, i) => [`t${i}`, ['F32', [0], 0, 0]]),
          ),
        ),
        0,
      ),
      /names more than 10000 tensors/,
    ],
    [
      'deep nesting',
      safetensorsBlob(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, 0),
      /nested too deep|not valid JSON/,
    ],
    ['nesting without end', safetensorsBlob(`{"a":${'['.repeat(1_000_000)}`, 0), /nested too deep/],
  ];

  test.each(cases)('%s', async (_, blob, reason) => {
    await expect(readSafetensors(blob, 'x.safetensors')).rejects.toThrow(reason);
    await expect(readSafetensors(blob, 'x.safetensors')).rejects.toThrow(/^x\.safetensors: /);
  });
});

describe('what the format allows is read', () => {
  const cases: [name: string, blob: Blob, tensors: string[]][] = [
    ['no tensor at all', safetensorsBlob('{}', 0), []],
    ['spaces behind the header', safetensorsBlob('{}      ', 0), []],
    [
      'a scalar and an empty tensor',
      safetensorsBlob(headerOf({ a: ['F32', [], 0, 4], b: ['F32', [0, 7], 4, 4] }), 4),
      ['a', 'b'],
    ],
    [
      'tensors out of order',
      safetensorsBlob(headerOf({ b: ['F16', [2], 4, 8], a: ['F32', [1], 0, 4] }), 8),
      ['b', 'a'],
    ],
    ['a header of odd length', safetensorsBlob(headerOf({ abc: ['F32', [1], 0, 4] }), 4), ['abc']],
    [
      'names of JavaScript',
      safetensorsBlob('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
      ['__proto__'],
    ],
    [
      'names with quotes and braces',
      safetensorsBlob(headerOf({ '"},{': ['U8', [4], 0, 4] }), 4),
      ['"},{'],
    ],
    [
      'every element type',
      safetensorsBlob(
        headerOf({ a: ['BOOL', [1], 0, 1], b: ['I16', [1], 1, 3], c: ['F64', [1], 3, 11] }),
        11,
      ),
      ['a', 'b', 'c'],
    ],
  ];

  test.each(cases)('%s', async (_, blob, tensors) => {
    expect([...(await readSafetensors(blob)).tensors.keys()]).toEqual(tensors);
  });
});
