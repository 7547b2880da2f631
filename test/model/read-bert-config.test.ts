import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { tellWhole } from '../../src/messages/failure';
import { readBertConfig } from '../../src/model/read-bert-config';

const plain = {
  model_type: 'bert',
  vocab_size: 100,
  hidden_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 3,
  intermediate_size: 48,
  max_position_embeddings: 64,
};

test("absent settings have Hugging Face's defaults", () => {
  expect(readBertConfig(plain)).toEqual({
    vocabularySize: 100,
    hidden: 12,
    layers: 2,
    heads: 3,
    intermediate: 48,
    maxPositions: 64,
    tokenTypes: 2,
    layerNormEpsilon: 1e-12,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
  });
});

test('the bundled config.json is read', () => {
  const json: unknown = JSON.parse(
    readFileSync('public/models/multilingual-e5-small-8/config.json', 'utf8'),
  );
  expect(readBertConfig(json)).toMatchObject({
    hidden: 384,
    layers: 8,
    heads: 12,
    vocabularySize: 250_002,
  });
});

test('every unsupported, missing and impossible setting is named in one error', () => {
  const json = {
    ...plain,
    hidden_act: 'silu',
    position_embedding_type: 'relative_key',
    is_decoder: true,
    pruned_heads: { 0: [1] },
    quantization_config: { bits: 8 },
    hidden_size: undefined,
    num_attention_heads: '3',
    vocab_size: -1,
    layer_norm_eps: 0,
    hidden_dropout_prob: 1,
  };
  let message = '';
  try {
    readBertConfig(json);
  } catch (error) {
    message = tellWhole(error);
  }
  for (const part of [
    'hidden_act is "silu", only "gelu", "gelu_new" and "relu" are supported',
    'position_embedding_type is "relative_key"',
    'is_decoder is true',
    'pruned_heads is set',
    'quantization_config is set',
    'hidden_size is missing',
    'num_attention_heads is "3", expected a positive whole number',
    'vocab_size is -1',
    'layer_norm_eps is 0',
    'hidden_dropout_prob is 1, expected a rate from 0 to below 1',
    'Choose an encoder with BERT’s layers, such as',
  ]) {
    expect(message).toContain(part);
  }
});

test('heads must divide the hidden size', () => {
  expect(() => readBertConfig({ ...plain, num_attention_heads: 5 })).toThrow(
    /hidden_size 12 does not divide by num_attention_heads 5/,
  );
});

test('empty pruned_heads, as old files have it, prunes nothing', () => {
  expect(readBertConfig({ ...plain, pruned_heads: {} }).hidden).toBe(12);
});

test.each([[null], [[]], ['bert'], [3]])('%j is no config', (json) => {
  expect(() => readBertConfig(json)).toThrow(/config\.json must be a JSON object/);
});

describe('a family that computes otherwise is refused by its name', () => {
  test.each([
    ['albert', { embedding_size: 128, num_hidden_groups: 1 }],
    ['deberta-v2', { relative_attention: true }],
    ['mpnet', { relative_attention_num_buckets: 32 }],
    ['xlm-roberta-xl', {}],
    ['modernbert', {}],
    ['constructor', {}],
  ])('%s', (type, others) => {
    expect(() => readBertConfig({ ...plain, ...others, model_type: type })).toThrow(
      `model_type is "${type}", only "bert", "distilbert", "roberta", "xlm-roberta", "camembert" and "electra" are supported.`,
    );
  });

  test('a file that names none', () => {
    expect(() => readBertConfig({ ...plain, model_type: undefined })).toThrow(
      'model_type is missing, only "bert", "distilbert"',
    );
  });
});

test.each([
  ['gelu_python', undefined],
  ['gelu_new', 'gelu_new'],
  ['gelu_fast', 'gelu_new'],
  ['gelu_pytorch_tanh', 'gelu_new'],
  ['relu', 'relu'],
])('the activation %s is read as %s', (hidden_act, activation) => {
  expect(readBertConfig({ ...plain, hidden_act }).activation).toBe(activation);
});

test.each(['gelu_10', 'quick_gelu', 'toString', { gelu: 1 }])(
  'the activation %j is refused',
  (hidden_act) => {
    expect(() => readBertConfig({ ...plain, hidden_act })).toThrow(
      `hidden_act is ${JSON.stringify(hidden_act)}, only "gelu", "gelu_new" and "relu" are supported`,
    );
  },
);

describe('DistilBERT', () => {
  const json = {
    ...{ model_type: 'distilbert', vocab_size: 100, max_position_embeddings: 64 },
    ...{ dim: 12, n_layers: 2, n_heads: 3, hidden_dim: 48 },
  };

  test('has its own names of sizes and rates, no token types, and one epsilon', () => {
    const others = { dropout: 0.2, attention_dropout: 0.3, layer_norm_eps: 1e-5 };
    expect(readBertConfig({ ...json, ...others })).toEqual({
      family: 'distilbert',
      ...{ vocabularySize: 100, hidden: 12, layers: 2, heads: 3, intermediate: 48 },
      ...{ maxPositions: 64, tokenTypes: 0, layerNormEpsilon: 1e-12 },
      ...{ hiddenDropout: 0.2, attentionDropout: 0.3 },
    });
  });

  test('is told by them what is missing or not supported', () => {
    const wrong = { ...json, n_layers: undefined, n_heads: 5, activation: 'swish' };
    expect(() => readBertConfig(wrong)).toThrow(
      'activation is "swish", only "gelu", "gelu_new" and "relu" are supported; n_layers is missing, expected a positive whole number; ' +
        'dim 12 does not divide by n_heads 5',
    );
  });
});

describe('RoBERTa', () => {
  const json = { ...plain, model_type: 'roberta' };

  test.each([
    [undefined, 2],
    [1, 2],
    [0, 1],
  ])('with pad_token_id %j counts positions from %d', (pad_token_id, first) => {
    expect(readBertConfig({ ...json, pad_token_id })).toMatchObject({
      maxPositions: 64 - first,
      unusedPositions: first,
    });
  });

  test.each([-1, 'one', 0.5])('with pad_token_id %j is refused', (pad_token_id) => {
    expect(() => readBertConfig({ ...json, pad_token_id })).toThrow(
      `pad_token_id is ${JSON.stringify(pad_token_id)}, expected the id of the padding piece`,
    );
  });

  test('with no position behind the padding piece is refused', () => {
    expect(() => readBertConfig({ ...json, pad_token_id: 63 })).toThrow(
      'max_position_embeddings is 64, and positions begin at pad_token_id + 1 = 64',
    );
  });
});

describe('ELECTRA', () => {
  const json = { ...plain, model_type: 'electra' };

  test("has embeddings as wide as embedding_size says, else as Hugging Face's default", () => {
    expect(readBertConfig({ ...json, embedding_size: 6 }).embeddingWidth).toBe(6);
    expect(readBertConfig({ ...json, embedding_size: 12 })).not.toHaveProperty('embeddingWidth');
    expect(readBertConfig(json).embeddingWidth).toBe(128);
    expect(readBertConfig({ ...json, model_type: 'bert', embedding_size: 6 })).not.toHaveProperty(
      'embeddingWidth',
    );
  });
});
