import { createHash } from 'node:crypto';
import { openAsBlob, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEncoderFolder } from '../../../src/jobs/encoder/read-encoder-folder';
import { readEncoderWeights } from '../../../src/model/encoder-folder';
import { readSafetensors } from '../../../src/model/safetensors/safetensors';
import { WordShards } from '../../../src/model/word-shards';
import { DEFAULT_ENCODER } from '../../../src/recipe/bundled-encoders';

const folder = `public/models/${DEFAULT_ENCODER.name}`;
const golden = JSON.parse(
  readFileSync('test/reference/golden/bundled-encoder.json', 'utf8'),
) as Record<'tensors' | 'weights' | 'every', number> & Record<'float32' | 'words', string>;

const bundled = readEncoderFolder(
  await Promise.all(
    readdirSync(folder).map(async (name) => ({
      name,
      blob: await openAsBlob(`${folder}/${name}`),
    })),
  ),
);

test('the bundled encoder is a BERT of 8 layers, cased, with its word table in shards, under the MIT License', async () => {
  const encoder = await bundled;
  expect(encoder.config).toMatchObject({ layers: 8, hidden: 384, heads: 12, tokenTypes: 2 });
  expect(encoder.config).toMatchObject({ vocabularySize: 250_002, maxPositions: 512 });
  expect(encoder.pieces).toHaveLength(250_002);
  expect(encoder.lowercase).toBe(false);
  expect(encoder.wordShards?.names).toEqual(DEFAULT_ENCODER.parts.map(({ name }) => name));
  expect([...encoder.wordShards!.files.keys()]).toEqual(encoder.wordShards!.names);
  expect(encoder.licence).toBe('MIT');
  expect(encoder.passedOver).toEqual([]);
});

test('its weights read as NumPy reads them, bit for bit', async () => {
  const { config, safetensors } = await bundled;
  const weights = await readEncoderWeights(await readSafetensors(safetensors), config);
  const hash = createHash('sha256');
  let count = 0;
  for (const [, { data }] of [...weights].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(data);
    count += data.length;
  }
  expect({ tensors: weights.size, weights: count, float32: hash.digest('hex') }).toEqual({
    tensors: golden.tensors,
    weights: golden.weights,
    float32: golden.float32,
  });
});

test('and so do rows of its word table, from all shards', async () => {
  const { safetensors, wordShards, pieces } = await bundled;
  const shards = (await WordShards.read(await readSafetensors(safetensors)))!;
  const files = new Map(
    await Promise.all(
      Array.from(
        wordShards!.files,
        async ([name, blob]) => [name, await readSafetensors(blob, name)] as const,
      ),
    ),
  );
  const count = Math.ceil(pieces.length / golden.every);
  const ids = Int32Array.from({ length: count }, (_, i) => i * golden.every);
  expect(shards.needed(ids)).toEqual(shards.names);
  const { data } = await shards.readRows(ids, files);
  expect(createHash('sha256').update(data).digest('hex')).toBe(golden.words);
});
