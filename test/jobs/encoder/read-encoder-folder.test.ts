import { describe, expect, test } from 'vitest';
import type { NamedBlob } from '../../../src/jobs/encoder/named-blob';
import { readEncoderFolder } from '../../../src/jobs/encoder/read-encoder-folder';
import { tellWhole } from '../../../src/messages/failure';
import { readEncoderWeights } from '../../../src/model/encoder-folder';
import { randomBert } from '../../../src/model/random-bert';
import { readSafetensors, writeSafetensors } from '../../../src/model/safetensors/safetensors';
import { createTokenizer } from '../../../src/tokenizer/tokenizer-kinds';
import { tinyVocabulary } from '../../export/tiny-bert';
import { familyBlob, familyFiles } from '../../reference/family-cases';
import {
  smallConfig as config,
  smallPieces as pieces,
  smallSettings as settings,
} from './small-bert';

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
    doubts: [
      'vocab.txt has 7 pieces and the encoder 8 rows for them, as padding makes it; if the file lost its last line, get it again.',
    ],
    safetensors: files.find(({ name }) => name === 'model.safetensors')?.blob,
    passedOver: [],
    licence: 'Apache-2.0',
  });
});

test.each(['distilbert', 'electra'] as const)('a whole folder of %s is read', async (name) => {
  const { config: json, files } = familyFiles(name);
  const encoder = await readEncoderFolder([
    { name: 'config.json', blob: new Blob([JSON.stringify(json)]) },
    { name: 'vocab.txt', blob: new Blob([tinyVocabulary.join('\n')]) },
    { name: 'model.safetensors', blob: familyBlob(files['tensors']!) },
  ]);
  expect(encoder).toMatchObject({ config: { family: name }, pieces: tinyVocabulary });
  expect(encoder.passedOver).toEqual(['classifier.bias', 'classifier.weight']);
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

describe('added pieces', () => {
  const larger = { ...config, vocabularySize: 9 };
  const files = (changes: Record<string, BlobPart[] | undefined>) =>
    folder({
      'config.json': [JSON.stringify({ ...settings, vocab_size: 9 })],
      'model.safetensors': writeSafetensors(randomBert(larger, 1)),
      ...changes,
    });
  const expected = [
    { content: 'harbourmaster', id: 7, normalized: true, inVocabulary: false },
    { content: '[ENT]', id: 8, normalized: false, inVocabulary: false },
  ];

  test.each<[name: string, changes: Record<string, BlobPart[]>]>([
    [
      'in added_tokens.json',
      {
        'added_tokens.json': ['{"harbourmaster":7,"[ENT]":8}'],
        'special_tokens_map.json': ['{"additional_special_tokens":["[ENT]"],"unk_token":"[UNK]"}'],
      },
    ],
    [
      'in added_tokens_decoder',
      {
        'tokenizer_config.json': [
          JSON.stringify({
            added_tokens_decoder: {
              0: { content: '[PAD]', special: true, normalized: false },
              7: { content: 'harbourmaster', special: false, normalized: true },
              8: { content: '[ENT]', special: true, normalized: false },
            },
          }),
        ],
      },
    ],
  ])('%s are used: each has its id, and is looked for as a whole', async (_, changes) => {
    const encoder = await readEncoderFolder(files(changes));
    expect(encoder.addedPieces).toEqual(expected);
    expect(encoder.pieces).toEqual([...pieces, 'harbourmaster', '[ENT]']);
    const { pieces: vocabulary, lowercase, addedPieces = [] } = encoder;
    const tokenizer = createTokenizer({ vocabulary, lowercase, addedPieces });
    expect(tokenizer.encodeWord('Harbourmaster')).toEqual([7]);
    expect(tokenizer.encodeWord('[ENT]')).toEqual([8]);
  });

  test.each<[name: string, changes: Record<string, BlobPart[]>, reason: RegExp]>([
    ['an id that is taken', { 'added_tokens.json': ['{"x":3}'] }, /gives "x" the id 3, where/],
    [
      'a piece that has an id',
      { 'added_tokens.json': ['{"paris":8}'] },
      /gives "paris" the id 8, and the vocabulary has it at/,
    ],
    ['an id far away', { 'added_tokens.json': ['{"x":9999999}'] }, /gives "x" the id 9999999/],
    [
      'special pieces by other names',
      { 'special_tokens_map.json': ['{"cls_token":{"content":"<s>"}}'] },
      /not one of a BERT encoder: <s> is missing/,
    ],
  ])('%s is refused by name', async (_, changes, reason) => {
    await expect(readEncoderFolder(files(changes))).rejects.toThrow(reason);
  });
});

describe('weights in shards', () => {
  const keys = [...weights.keys()];
  const shard = (from: number, to: number) =>
    writeSafetensors(new Map(keys.slice(from, to).map((key) => [key, weights.get(key)!])));
  const shards = (changes: Record<string, BlobPart[] | undefined> = {}) =>
    folder({
      'model.safetensors': undefined,
      'model-00001-of-00002.safetensors': shard(0, 7),
      'model-00002-of-00002.safetensors': shard(7, keys.length),
      ...changes,
    });

  test('are read as one file, with the same numbers', async () => {
    const { safetensors } = await readEncoderFolder(shards());
    const read = await readEncoderWeights(await readSafetensors(safetensors), config);
    for (const [key, { data }] of weights) expect(read.get(key)?.data).toEqual(data);
  });

  test('one that is missing is named', async () => {
    const files = shards({ 'model-00002-of-00002.safetensors': undefined });
    await expect(readEncoderFolder(files)).rejects.toThrow(
      /missing: model-00002-of-00002\.safetensors/,
    );
  });

  test('a tensor in two of them is refused', async () => {
    const files = shards({ 'model-00002-of-00002.safetensors': shard(6, keys.length) });
    await expect(readEncoderFolder(files)).rejects.toThrow(/stands in another shard too/);
  });
});

describe('what is missing is named together, with the way out', () => {
  test.each<[name: string, files: NamedBlob[], reason: RegExp]>([
    [
      'nothing there',
      [],
      /missing: config\.json; a tokenizer \(tokenizer\.json, vocab\.txt, .*\); model\.safetensors\. Drop the folder/,
    ],
    [
      'weights in shards',
      folder({
        'model.safetensors': undefined,
        'model-00001-of-00002.safetensors': [''],
        'model.safetensors.index.json': ['{}'],
      }),
      /in shards\)\. Drop all shards, or write them as one with .*max_shard_size/,
    ],
    [
      'one shard alone',
      folder({ 'model.safetensors': undefined, 'model-00001-of-00002.safetensors': [''] }),
      /in shards/,
    ],
    [
      'weights as a pickle',
      folder({ 'model.safetensors': undefined, 'pytorch_model.bin': [''] }),
      /older format, which can run code\)\. Write safetensors with .*save_pretrained/,
    ],
    [
      'a TensorFlow checkpoint',
      folder({
        'model.safetensors': undefined,
        'config.json': undefined,
        'bert_config.json': ['{}'],
        'bert_model.ckpt.index': [''],
      }),
      /missing: config\.json; model\.safetensors \(the weights are a TensorFlow checkpoint\)\. .*from_tf=True/,
    ],
    [
      'an ONNX file',
      folder({ 'model.safetensors': undefined, 'onnx/model.onnx': [''] }),
      /the weights are an ONNX file, which can be run but not trained further\)\. Take/,
    ],
    [
      'a GGUF file',
      folder({ 'model.safetensors': undefined, 'model.Q4.gguf': [''] }),
      /GGUF file.*Take the folder/,
    ],
    [
      'another family, whatever else is missing',
      folder({
        'config.json': ['{"model_type":"albert","embedding_size":16,"vocab_size":8}'],
        'vocab.txt': undefined,
      }),
      /model_type is "albert", only "bert", .* and "electra" are supported\. Choose/,
    ],
    [
      'several safetensors',
      folder({ 'model.safetensors': undefined, 'a.safetensors': [''], 'b.safetensors': [''] }),
      /several \.safetensors files/,
    ],
    [
      'half of a byte-level BPE',
      folder({ 'vocab.txt': undefined, 'vocab.json': ['{}'] }),
      /missing: merges\.txt, which belongs to vocab\.json/,
    ],
    [
      'the other half',
      folder({ 'vocab.txt': undefined, 'merges.txt': [''] }),
      /missing: vocab\.json, which belongs to merges\.txt/,
    ],
    [
      'a BPE tokenizer that is not RoBERTa’s',
      folder({
        ...{ 'vocab.txt': undefined, 'vocab.json': ['{}'], 'merges.txt': [''] },
        'tokenizer_config.json': ['{"tokenizer_class":"HerbertTokenizerFast"}'],
      }),
      /read as RoBERTa's byte-level BPE, and the tokenizer is another: "HerbertTokenizerFast"/,
    ],
    [
      'an empty SentencePiece model',
      folder({ 'vocab.txt': undefined, 'sentencepiece.bpe.model': [''] }),
      /sentencepiece\.bpe\.model is not a whole model file of SentencePiece: it has no pieces/,
    ],
  ])('%s', async (_, files, reason) => {
    const error: unknown = await readEncoderFolder(files).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(Error);
    expect(tellWhole(error)).toMatch(reason);
    expect((error as Error).message.length).toBeLessThan(300);
  });
});

describe('what does not fit is refused', () => {
  test('a vocabulary larger than the embedding table', async () => {
    const files = folder({ 'vocab.txt': [[...pieces, 'b', 'c'].join('\n')] });
    await expect(readEncoderFolder(files)).rejects.toThrow(
      /vocabulary has 9 pieces, but config\.json says vocab_size 8/,
    );
  });

  test('a vocabulary that was cut short', async () => {
    const wide = { 'config.json': [JSON.stringify({ ...settings, vocab_size: 20 })] };
    await expect(readEncoderFolder(folder(wide))).rejects.toThrow(
      /vocab\.txt has 7 pieces, but the table of embeddings has 20 rows .* get it again\. .*\[unused7\]/,
    );
  });

  test('but rows that pad the table to a multiple of 16 are no fault, though a cut file looks the same', async () => {
    const files = folder({
      'config.json': [JSON.stringify({ ...settings, vocab_size: 16 })],
      'model.safetensors': writeSafetensors(randomBert({ ...config, vocabularySize: 16 }, 1)),
    });
    const encoder = await readEncoderFolder(files);
    expect(encoder.pieces).toEqual(pieces);
    expect(encoder.doubts).toEqual([
      'vocab.txt has 7 pieces and the encoder 16 rows for them, as padding makes it; if the file lost its last 9 lines, get it again.',
    ]);
  });

  test('a setting of another type', async () => {
    const files = folder({ 'tokenizer_config.json': ['{"do_lower_case":"false"}'] });
    await expect(readEncoderFolder(files)).rejects.toThrow(
      /do_lower_case is "false", expected true/,
    );
  });

  test('an encoder that no file holds', async () => {
    const files = folder({
      'config.json': [JSON.stringify({ ...settings, type_vocab_size: 300 })],
    });
    await expect(readEncoderFolder(files)).rejects.toThrow(
      /could not be written as a file: .*tokenTypes should be a whole number from 0 to 256 and is 300/,
    );
  });

  test('a vocabulary in another encoding', async () => {
    const latin = Uint8Array.from(`${pieces.slice(0, -1).join('\n')}\nstra\xdfe`, (letter) =>
      letter.charCodeAt(0),
    );
    await expect(readEncoderFolder(folder({ 'vocab.txt': [latin] }))).rejects.toThrow(
      /vocab\.txt is not UTF-8: byte \d+, in line 7, is 0xDF.*get the file again/,
    );
  });

  test.each(['config.json', 'vocab.txt', 'model.safetensors'])(
    'a Git LFS pointer in the place of %s',
    async (name) => {
      const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n';
      await expect(readEncoderFolder(folder({ [name]: [pointer] }))).rejects.toThrow(
        `${name} is a Git LFS pointer of`,
      );
    },
  );

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
