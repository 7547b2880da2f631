import { describe, expect, test } from 'vitest';
import type { BertConfig } from '../../src/model/bert-config';
import { findEncoderTensors, readEncoderWeights } from '../../src/model/encoder-folder';
import { encoderParameterShapes } from '../../src/model/parameters';
import { randomBert } from '../../src/model/random-bert';
import { readSafetensors, writeSafetensors } from '../../src/model/safetensors/safetensors';
import type { Weights } from '../../src/model/weights';

const config: BertConfig = {
  vocabularySize: 11,
  hidden: 6,
  layers: 2,
  heads: 2,
  intermediate: 10,
  maxPositions: 7,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
const weights = randomBert(config, 3);

async function openAs(changed: Weights) {
  return readSafetensors(new Blob(writeSafetensors(changed)), 'model.safetensors');
}

const renamed = (rename: (key: string) => string): Weights =>
  new Map([...weights].map(([key, tensor]) => [rename(key), tensor]));
const zeros = (...shape: number[]) => ({
  shape,
  data: new Float32Array(shape.reduce((product, size) => product * size, 1)),
});

describe('weights are found under all the names Hugging Face gave them', () => {
  const spellings: Record<string, (key: string) => string> = {
    'with bert.': (key) => key,
    'without bert.': (key) => key.replace(/^bert\./, ''),
    'as part of another module': (key) => `model.${key}`,
    'as another module': (key) => key.replace(/^bert\./, 'text_encoder.'),
    'gamma and beta': (key) =>
      key
        .replace('LayerNorm.weight', 'LayerNorm.gamma')
        .replace('LayerNorm.bias', 'LayerNorm.beta'),
    'gamma and beta without bert.': (key) =>
      key
        .slice(5)
        .replace('LayerNorm.weight', 'LayerNorm.gamma')
        .replace('LayerNorm.bias', 'LayerNorm.beta'),
  };

  test.each(Object.entries(spellings))('%s', async (_, rename) => {
    const read = await readEncoderWeights(await openAs(renamed(rename)), config);
    expect([...read.keys()]).toEqual([...encoderParameterShapes(config).keys()]);
    for (const [key, { shape, data }] of weights) {
      expect(read.get(key)?.shape).toEqual([...shape]);
      expect(read.get(key)?.data).toEqual(data);
    }
  });
});

test('the pooler, position ids and heads of other tasks are passed over, and named', async () => {
  const others = [
    'bert.pooler.dense.weight',
    'bert.embeddings.position_ids',
    'classifier.weight',
    'cls.predictions.bias',
    'qa_outputs.bias',
  ];
  const file = await openAs(
    new Map([...weights, ...others.map((name) => [name, zeros(2)] as const)]),
  );
  expect([...findEncoderTensors(file, config).passedOver].sort()).toEqual([...others].sort());
  expect((await readEncoderWeights(file, config)).size).toBe(weights.size);
});

test('heads beside the encoder are left out, whatever the encoder is called', async () => {
  const heads = ['crf.transitions', 'classifier.weight', 'lstm.weight_ih_l0', 'model.dropout.mask'];
  for (const prefix of ['', 'model.']) {
    const file = await openAs(
      new Map([
        ...renamed((key) => `${prefix}${key}`),
        ...heads.map((name) => [name, zeros(2)] as const),
      ]),
    );
    expect([...findEncoderTensors(file, config).passedOver].sort()).toEqual([...heads].sort());
  }
});

test('an adapter inside of the encoder is no head: it changes what is computed', async () => {
  const adapter = 'bert.encoder.layer.0.output.adapters.ner.down.weight';
  const file = await openAs(new Map([...weights, [adapter, zeros(2)]]));
  expect(() => findEncoderTensors(file, config)).toThrow(`no parameters of BERT: ${adapter}`);
});

test.each([
  [
    'two encoders',
    (key: string) => [`query.${key}`, `context.${key}`],
    /holds 2 encoders, at "(query|context)\.bert\.", "/,
  ],
  [
    'another family',
    (key: string) => [key.replace('bert.', 'roberta.')],
    /its tensors are called "roberta\.…", and those of the encoder that config\.json describes would be called "bert\.…"/,
  ],
  [
    'names of another kind',
    (key: string) => [
      key
        .replace('bert.encoder.layer', 'transformer.h')
        .replace('bert.embeddings.word_embeddings', 'transformer.wte')
        .replace('bert.', 'transformer.'),
    ],
    /missing: all 37 tensors of the encoder, which begin with "bert\."; its own are transformer\./,
  ],
])('%s is told in few words', async (_, names, reason) => {
  const changed: Weights = new Map(
    [...weights].flatMap(([key, tensor]) => names(key).map((name) => [name, tensor] as const)),
  );
  const file = await openAs(changed);
  expect(() => findEncoderTensors(file, config)).toThrow(reason);
  try {
    findEncoderTensors(file, config);
  } catch (error) {
    expect((error as Error).message.length).toBeLessThan(700);
  }
});

test('missing layers are told by their range', async () => {
  const deeper = { ...config, layers: 12 };
  const file = await openAs(weights);
  expect(() => findEncoderTensors(file, deeper)).toThrow(
    'missing: bert.encoder.layer.2.* to bert.encoder.layer.11.* (160 tensors).',
  );
});

test('missing, extra and misshapen tensors are all named in one error', async () => {
  const changed = new Map(weights);
  changed.delete('bert.encoder.layer.1.output.dense.bias');
  changed.delete('bert.embeddings.LayerNorm.weight');
  changed.set('bert.encoder.layer.0.intermediate.dense.weight', zeros(6, 10));
  changed.set('bert.encoder.layer.2.output.dense.bias', zeros(6));
  changed.set('lstm.weight', zeros(1));
  changed.set('embeddings.word_embeddings.weight', zeros(11, 6));
  const reading = readEncoderWeights(await openAs(changed), config);
  await expect(reading).rejects.toThrow(
    /missing: bert\.embeddings\.LayerNorm\.weight, bert\.encoder\.layer\.1\.output\.dense\.bias\./,
  );
  await expect(reading).rejects.toThrow(
    /bert\.encoder\.layer\.0\.intermediate\.dense\.weight is \[6, 10\], expected \[10, 6\]/,
  );
  await expect(reading).rejects.toThrow(/bert\.encoder\.layer\.2\.output\.dense\.bias/);
  await expect(reading).rejects.toThrow(/lstm\.weight/);
  await expect(reading).rejects.toThrow(
    /embeddings\.word_embeddings\.weight \(the same parameter as bert\.embeddings\.word_embeddings\.weight\)|bert\.embeddings\.word_embeddings\.weight \(the same/,
  );
});

test('a weight that is no number names its tensor', async () => {
  const parts = writeSafetensors(weights);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  new DataView(bytes.buffer).setFloat32(bytes.length - 4, NaN, true);
  const file = await readSafetensors(new Blob([bytes]), 'x.safetensors');
  const last = [...weights.keys()].sort().at(-1);
  await expect(readEncoderWeights(file, config)).rejects.toThrow(
    `x.safetensors: tensor "${last}" has NaN at`,
  );
});

describe('a random BERT', () => {
  test('is the same for the same seed, another for another', () => {
    expect(randomBert(config, 3)).toEqual(weights);
    const key = 'bert.encoder.layer.0.attention.self.query.weight';
    expect(randomBert(config, 4).get(key)?.data).not.toEqual(weights.get(key)?.data);
    expect(weights.get('bert.encoder.layer.1.attention.self.query.weight')?.data).not.toEqual(
      weights.get(key)?.data,
    );
  });

  test('begins as BERT does: weights from normal(0, 0.02), biases 0, layer norms 1 and 0', () => {
    const wide = randomBert({ ...config, hidden: 64, vocabularySize: 500 }, 1);
    const { data } = wide.get('bert.embeddings.word_embeddings.weight')!; // 32,000 draws
    const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
    const deviation = Math.sqrt(
      data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length,
    );
    expect(Math.abs(mean)).toBeLessThan(5 * (0.02 / Math.sqrt(data.length)));
    expect(Math.abs(deviation / 0.02 - 1)).toBeLessThan(5 / Math.sqrt(2 * data.length));
    expect(new Set(wide.get('bert.embeddings.LayerNorm.weight')!.data)).toEqual(new Set([1]));
    expect(new Set(wide.get('bert.embeddings.LayerNorm.bias')!.data)).toEqual(new Set([0]));
    expect(new Set(wide.get('bert.encoder.layer.0.output.dense.bias')!.data)).toEqual(new Set([0]));
  });
});
