import { expect, test } from 'vitest';
import { readSafetensors, type SafetensorsFile } from '../../src/model/safetensors/safetensors';
import { shardFileName, WordShards } from '../../src/model/word-shards';

const WIDTH = 32;

/** A safetensors file of whole bytes: `{ name: [dtype, shape, bytes] }`. */
function fileOf(
  tensors: Record<string, [dtype: string, shape: number[], bytes: number[]]>,
  metadata: Record<string, string>,
): Promise<SafetensorsFile> {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const data: number[] = [];
  for (const [name, [dtype, shape, bytes]] of Object.entries(tensors)) {
    header[name] = { dtype, shape, data_offsets: [data.length, data.length + bytes.length] };
    data.push(...bytes);
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(json.length)]).buffer);
  return readSafetensors(new Blob([length, json, Uint8Array.from(data)]), 'made.safetensors');
}

/** A shard whose every row is one number, from -8 to 7, times a scale of 1. */
function shardOf(...values: number[]): Promise<SafetensorsFile> {
  return scaledShardOf(values, [0x00, 0x3c]);
}

/** The same with another scale, as the two bytes of its half precision. */
function scaledShardOf(values: number[], scale: number[]): Promise<SafetensorsFile> {
  const name = 'embeddings.word_embeddings.weight';
  const nibbles = values.flatMap((value) => new Array<number>(WIDTH / 2).fill((value + 8) * 17));
  const scales = values.flatMap(() => scale);
  return fileOf(
    {
      [`${name}.q4`]: ['U8', [values.length, WIDTH / 2], nibbles],
      [`${name}.scales`]: ['F16', [values.length, 1], scales],
    },
    { quantization: 'Q4_0' },
  );
}

const encoder = (shards: number[], names = 'latin cjk') =>
  fileOf(
    { 'embeddings.word_embeddings.shards': ['U8', [shards.length], shards] },
    { shards: names },
  );

test('each piece finds its row in its shard, in the order asked for', async () => {
  const shards = (await WordShards.read(await encoder([0, 1, 0, 1, 1])))!;
  const files = new Map([
    ['latin', await shardOf(-8, 7)],
    ['cjk', await shardOf(1, 2, 3)],
  ]);
  const { shape, data } = await shards.readRows(Int32Array.of(4, 0, 1, 2, 3, 0), files);
  expect(shape).toEqual([6, WIDTH]);
  const expected = [3, -8, 1, 7, 2, -8].flatMap((value) => new Array<number>(WIDTH).fill(value));
  expect([...data]).toEqual(expected);
});

test('only the shards of the pieces are needed, and the first', async () => {
  const shards = (await WordShards.read(await encoder([0, 1, 2, 0], 'latin cjk rest')))!;
  expect(shards.needed([])).toEqual(['latin']);
  expect(shards.needed([3, 3])).toEqual(['latin']);
  expect(shards.needed([2])).toEqual(['latin', 'rest']);
  expect(shards.needed([2, 1])).toEqual(['latin', 'cjk', 'rest']);
  expect(shardFileName('rest')).toBe('words-rest.safetensors');
});

test('a shard that is not there is told, and never taken for an unknown piece', async () => {
  const shards = (await WordShards.read(await encoder([0, 1, 1])))!;
  const files = new Map([['latin', await shardOf(1)]]);
  await expect(shards.readRows(Int32Array.of(0, 2, 1, 2), files)).rejects.toThrow(
    /^2 of the text's word pieces have their embeddings in words-cjk\.safetensors, which is not here/,
  );
  expect((await shards.readRows(Int32Array.of(0), files)).shape).toEqual([1, WIDTH]);
});

test('a table that is whole has no shards; a shard without a name is refused', async () => {
  expect(await WordShards.read(await fileOf({}, {}))).toBeUndefined();
  await expect(WordShards.read(await encoder([0, 2]))).rejects.toThrow(
    /^made\.safetensors: piece 1 is in shard 2, and there are 2 \(latin, cjk\)/,
  );
});

test('the shards that are here are given as they are kept, with a row for each of their pieces', async () => {
  const shards = (await WordShards.read(await encoder([0, 2, 1, 0, 2], 'latin cjk rest')))!;
  expect([
    shards.pieces,
    shards.countPieces('rest'),
    shards.countAmong([1, 1, 4, 0], 'rest'),
  ]).toEqual([5, 2, 2]);
  const files = new Map([
    ['rest', await shardOf(5, 6)],
    ['latin', await shardOf(-8, 7)],
  ]);
  const { nibbles, scales, rowOf } = await shards.readBlocks(files);
  expect([...rowOf]).toEqual([0, 2, -1, 1, 3]); // cjk is not here
  const bytes = [-8, 7, 5, 6].flatMap((value) => new Array<number>(16).fill((value + 8) * 17));
  expect([...nibbles]).toEqual(bytes);
  expect([...scales]).toEqual([0x3c00, 0x3c00, 0x3c00, 0x3c00]);
});

test('a shard with the rows of other pieces is refused', async () => {
  const shards = (await WordShards.read(await encoder([0, 1, 1])))!;
  await shards.check('cjk', await shardOf(1, 2), WIDTH);
  await expect(shards.check('cjk', await shardOf(1), WIDTH)).rejects.toThrow(
    /^made\.safetensors: "embeddings\.word_embeddings\.weight" should be \[2, 32\] and is \[1, 32\]/,
  );
  await expect(shards.check('cjk', await scaledShardOf([1, 2], [0, 0xfc]), WIDTH)).rejects.toThrow(
    /^made\.safetensors: the scale of block 0 of .* is no finite number/,
  );
});
