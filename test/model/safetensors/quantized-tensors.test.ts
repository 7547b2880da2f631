import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSafetensors } from '../../../src/model/safetensors/safetensors';
import { safetensorsBlob } from './safetensors-file';

const golden = JSON.parse(readFileSync('test/reference/golden/quantized.json', 'utf8')) as {
  base64: string;
  weight: number[];
  bias: number[];
};

test('blocks of 4 bits become the very weights that Python computes of them', async () => {
  const file = await readSafetensors(new Blob([Buffer.from(golden.base64, 'base64')]));
  expect([...file.tensors.keys()].sort()).toEqual(['dense.bias', 'dense.weight']);
  expect(file.tensors.get('dense.weight')).toMatchObject({ dtype: 'Q4_0', shape: [3, 64] });
  const { shape, data } = await file.read('dense.weight');
  expect(shape).toEqual([3, 64]);
  // Bit for bit, negative zeros too.
  expect([...new Uint32Array(data.buffer)]).toEqual([
    ...new Uint32Array(Float32Array.from(golden.weight).buffer),
  ]);
  expect([...(await file.read('dense.bias')).data]).toEqual(golden.bias);
});

describe('refused by name', () => {
  const entry = (dtype: string, shape: number[], begin: number, end: number) => ({
    ...{ dtype, shape, data_offsets: [begin, end] },
  });
  const open = (header: Record<string, unknown>, bytes: number, quantization = 'Q4_0') =>
    readSafetensors(
      safetensorsBlob(JSON.stringify({ __metadata__: { quantization }, ...header }), bytes),
      'q.safetensors',
    );

  test('another quantization', async () => {
    await expect(open({}, 0, 'Q8_0')).rejects.toThrow(
      /^q\.safetensors: its weights are quantized as Q8_0; only Q4_0 is read/,
    );
  });

  test.each([
    [
      'scales are missing',
      { 'w.q4': entry('U8', [1, 16], 0, 16) },
      16,
      /F16 \[1, 1\].*scales missing/,
    ],
    [
      'nibbles are missing',
      { 'w.scales': entry('F16', [1, 1], 0, 2) },
      2,
      /"w\.scales" has no "w\.q4" beside it/,
    ],
    [
      'too few scales',
      { 'w.q4': entry('U8', [1, 32], 0, 32), 'w.scales': entry('F16', [1, 1], 32, 34) },
      34,
      /scales as F16 \[1, 2\]; the nibbles are U8 \[1, 32\], the scales F16 \[1, 1\]/,
    ],
    [
      'blocks that are not whole',
      { 'w.q4': entry('U8', [1, 8], 0, 8), 'w.scales': entry('F16', [1, 1], 8, 10) },
      10,
      /scales as F16 \[1, 0\.5\]/,
    ],
    [
      'nibbles of another type',
      { 'w.q4': entry('I8', [1, 16], 0, 16), 'w.scales': entry('F16', [1, 1], 16, 18) },
      18,
      /the nibbles are I8 \[1, 16\]/,
    ],
    [
      'a weight twice',
      {
        w: entry('F16', [1], 0, 2),
        'w.q4': entry('U8', [1, 16], 2, 18),
        'w.scales': entry('F16', [1, 1], 18, 20),
      },
      20,
      /"w" is there twice, plain and quantized/,
    ],
  ])('%s', async (_, header, bytes, reason) => {
    await expect(open(header, bytes)).rejects.toThrow(reason);
  });

  test('without the entry in the metadata the same names are plain tensors', async () => {
    const header = JSON.stringify({ 'w.scales': entry('F16', [1], 0, 2) });
    const file = await readSafetensors(safetensorsBlob(header, 2));
    expect([...file.tensors.keys()]).toEqual(['w.scales']);
  });
});
