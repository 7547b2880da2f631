import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
  const json: unknown = JSON.parse(readFileSync('public/models/minilm-l6/config.json', 'utf8'));
  expect(readBertConfig(json)).toMatchObject({
    hidden: 384,
    layers: 6,
    heads: 12,
    vocabularySize: 30522,
  });
});

test('every unsupported, missing and impossible setting is named in one error', () => {
  const json = {
    ...plain,
    model_type: 'roberta',
    hidden_act: 'relu',
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
    'model_type is "roberta", only "bert" is supported',
    'hidden_act is "relu", only "gelu" is supported',
    'position_embedding_type is "relative_key"',
    'is_decoder is true',
    'pruned_heads is set',
    'quantization_config is set',
    'hidden_size is missing',
    'num_attention_heads is "3", expected a positive whole number',
    'vocab_size is -1',
    'layer_norm_eps is 0',
    'hidden_dropout_prob is 1, expected a rate from 0 to below 1',
    'Choose a plain BERT encoder',
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
