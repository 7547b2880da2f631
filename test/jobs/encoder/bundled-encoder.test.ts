import { createHash } from 'node:crypto';
import { openAsBlob, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readEncoderFolder } from '../../../src/jobs/encoder/read-encoder-folder';
import { readEncoderWeights } from '../../../src/model/encoder-folder';
import { readSafetensors } from '../../../src/model/safetensors/safetensors';
import { miniLm } from '../../reference/model-shapes';

const folder = 'public/models/minilm-l6';
const golden = JSON.parse(readFileSync('test/reference/golden/minilm-l6.json', 'utf8')) as Record<
  'file' | 'tensors' | 'weights' | 'float32',
  string | number
>;

async function bundledFiles() {
  const names = ['config.json', 'vocab.txt', 'model.safetensors', 'LICENSE'];
  return Promise.all(
    names.map(async (name) => ({ name, blob: await openAsBlob(`${folder}/${name}`) })),
  );
}

test('the bundled encoder is a BERT of 6 layers, uncased, under Apache-2.0', async () => {
  const encoder = await readEncoderFolder(await bundledFiles());
  expect(encoder.config).toEqual(miniLm);
  expect(encoder.pieces).toHaveLength(30522);
  expect(encoder.lowercase).toBe(true);
  expect(encoder.licence).toBe('Apache-2.0');
  expect(encoder.passedOver).toEqual([]);
});

test("its vocabulary is bert-base-uncased's", () => {
  // SHA-256 of huggingface.co/bert-base-uncased, revision 86b5e093.
  const hash = createHash('sha256')
    .update(readFileSync(`${folder}/vocab.txt`))
    .digest('hex');
  expect(hash).toBe('07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3');
});

test('its weights read as NumPy reads them, bit for bit', async () => {
  const { config, safetensors } = await readEncoderFolder(await bundledFiles());
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
  const file = createHash('sha256').update(readFileSync(`${folder}/model.safetensors`));
  expect(file.digest('hex')).toBe(golden.file);
});
