import { createHash } from 'node:crypto';
import { onnx } from 'onnx-proto';
import { describe, expect, test } from 'vitest';
import { hashWeights } from '../../src/export/checksums';
import { exportOnnx } from '../../src/export/export-onnx';
import { SeededRandom } from '../../src/random/seeded-random';
import { formulaWeights, tinyConfig, tinyMetadata } from './tiny-bert';

const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');

test('the checksums in a file are those of its weights and of its other metadata, as protobufjs reads them', async () => {
  const weights = formulaWeights(tinyConfig, tinyMetadata.tags.length);
  const file = Buffer.concat(
    await exportOnnx({ config: tinyConfig, weights, metadata: tinyMetadata }),
  );
  const { graph, metadataProps } = onnx.ModelProto.decode(file);
  const numbers = graph!.initializer!.filter(({ name }) => weights.has(name!));
  expect(numbers).toHaveLength(weights.size);
  const entries = new Map(metadataProps.map(({ key, value }) => [key!, value!]));
  const checksums: unknown = JSON.parse(entries.get('tagwerk.checksums')!);
  entries.delete('tagwerk.checksums');
  expect(entries.size).toBeGreaterThan(8);
  expect(checksums).toEqual({
    weights: [sha256(Buffer.concat(numbers.map(({ rawData }) => rawData!)))],
    entries: Object.fromEntries([...entries].map(([key, value]) => [key, sha256(value)])),
  });
});

describe('hashes of weights', () => {
  test.each([
    ['nothing', 0, 1],
    ['less than 16 MB', 1_000_001, 7],
    ['16 MB', 16_000_000, 3],
    ['a byte more', 16_000_001, 3],
    ['several parts', 40_000_000, 5],
  ])('are one for each 16 MB of %s, however the bytes come', async (_, length, chunks) => {
    const bytes = new Uint8Array(length);
    const random = new SeededRandom(length);
    for (let i = 0; i < length; i += 997) bytes[i] = random.nextBelow(256);
    const expected: string[] = [];
    for (let at = 0; at < length; at += 16_000_000)
      expected.push(sha256(bytes.subarray(at, at + 16_000_000)));
    const size = Math.ceil(length / chunks);
    const parts = Array.from({ length: chunks }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    expect(await hashWeights(parts, length)).toEqual(expected);
  });
});
