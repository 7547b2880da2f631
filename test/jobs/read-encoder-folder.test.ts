import { describe, expect, test } from 'vitest';
import { type NamedBlob, readEncoderFolder } from '../../src/jobs/read-encoder-folder';
import { randomBert } from '../../src/model/random-bert';
import { writeSafetensors } from '../../src/model/safetensors';
import { tinyPieces } from '../tokenizer/tiny-vocabulary';

const pieces = tinyPieces('paris', '##s');
const settings = {
  model_type: 'bert',
  vocab_size: 8,
  hidden_size: 4,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 8,
  max_position_embeddings: 16,
};
const config = {
  vocabularySize: 8,
  hidden: 4,
  layers: 1,
  heads: 2,
  intermediate: 8,
  maxPositions: 16,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
const weights = randomBert(config, 1);
const whole: Record<string, BlobPart[]> = {
  'config.json': [JSON.stringify(settings)],
  'vocab.txt': [pieces.join('\n')],
  'model.safetensors': writeSafetensors(weights, 'F16'),
};

/** The whole folder with files changed, or left out where undefined. */
function folder(changes: Record<string, BlobPart[] | undefined> = {}): NamedBlob[] {
  return Object.entries({ ...whole, ...changes }).flatMap(([name, parts]) =>
    parts ? [{ name, blob: new Blob(parts) }] : [],
  );
}

test('a whole folder is read', async () => {
  const files = folder({ 'README.md': ['---\nlanguage: en\nlicense: apache-2.0\n---\n# A model'] });
  const encoder = await readEncoderFolder(files);
  expect(encoder).toEqual({
    config,
    pieces,
    lowercase: true,
    safetensors: files.find(({ name }) => name === 'model.safetensors')?.blob,
    passedOver: [],
    licence: 'Apache-2.0',
  });
});

test('paths are welcome, and the config nearest to the top is the encoder’s', async () => {
  const nested = folder().map(({ name, blob }) => ({ name: `my-bert/${name}`, blob }));
  const pooling = {
    name: 'my-bert/1_Pooling/config.json',
    blob: new Blob(['{"pooling_mode":"mean"}']),
  };
  expect((await readEncoderFolder([pooling, ...nested])).config).toEqual(config);
});

test('a single safetensors file of another name is the weights', async () => {
  const files = folder({
    'model.safetensors': undefined,
    'encoder.safetensors': whole['model.safetensors'],
  });
  expect((await readEncoderFolder(files)).pieces).toEqual(pieces);
});

test('a classifier in the file is passed over and named', async () => {
  const classifier = { shape: [2, 4], data: new Float32Array(8) };
  const files = folder({
    'model.safetensors': writeSafetensors(new Map([...weights, ['classifier.weight', classifier]])),
  });
  expect((await readEncoderFolder(files)).passedOver).toEqual(['classifier.weight']);
});

describe('what is missing is named together, with the way out', () => {
  test.each<[name: string, files: NamedBlob[], reason: RegExp]>([
    [
      'nothing there',
      [],
      /missing: config\.json; vocab\.txt or tokenizer\.json; model\.safetensors\. Drop the folder/,
    ],
    [
      'weights in shards',
      folder({
        'model.safetensors': undefined,
        'model-00001-of-00002.safetensors': [''],
        'model.safetensors.index.json': ['{}'],
      }),
      /in shards; write them as one with .*max_shard_size/,
    ],
    [
      'one shard alone',
      folder({ 'model.safetensors': undefined, 'model-00001-of-00002.safetensors': [''] }),
      /in shards/,
    ],
    [
      'weights as a pickle',
      folder({ 'model.safetensors': undefined, 'pytorch_model.bin': [''] }),
      /older format, which can run code; write safetensors with .*save_pretrained/,
    ],
    [
      'several safetensors',
      folder({ 'model.safetensors': undefined, 'a.safetensors': [''], 'b.safetensors': [''] }),
      /several \.safetensors files/,
    ],
    [
      'a tokenizer of another family',
      folder({ 'vocab.txt': undefined, 'vocab.json': ['{}'], 'merges.txt': [''] }),
      /missing: vocab\.txt \(.*BPE or SentencePiece; only BERT/,
    ],
    [
      'a SentencePiece model',
      folder({ 'vocab.txt': undefined, 'sentencepiece.bpe.model': [''] }),
      /BPE or SentencePiece/,
    ],
  ])('%s', async (_, files, reason) => {
    await expect(readEncoderFolder(files)).rejects.toThrow(reason);
  });
});

describe('what does not fit is refused', () => {
  test('a vocabulary larger than the embedding table', async () => {
    const files = folder({ 'vocab.txt': [[...pieces, 'b', 'c'].join('\n')] });
    await expect(readEncoderFolder(files)).rejects.toThrow(
      /vocabulary has 9 pieces, but config\.json says vocab_size 8/,
    );
  });

  test('a config that is no JSON', async () => {
    await expect(readEncoderFolder(folder({ 'config.json': ['{'] }))).rejects.toThrow(
      /config\.json is not valid JSON/,
    );
  });

  test('weights of another model', async () => {
    const files = folder({
      'config.json': [JSON.stringify({ ...settings, num_hidden_layers: 2 })],
    });
    await expect(readEncoderFolder(files)).rejects.toThrow(/missing: bert\.encoder\.layer\.1\./);
  });

  test('a file cut short in the download', async () => {
    const blob = new Blob(whole['model.safetensors']);
    const files = folder({ 'model.safetensors': [blob.slice(0, blob.size - 2)] });
    await expect(readEncoderFolder(files)).rejects.toThrow(/^model\.safetensors: .*cut short/);
  });
});

test('a stop acts', async () => {
  await expect(readEncoderFolder(folder(), AbortSignal.abort())).rejects.toThrow(/aborted/);
});
