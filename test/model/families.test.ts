import { describe, expect, test } from 'vitest';
import { tellWhole } from '../../src/messages/failure';
import { findEncoderTensors } from '../../src/model/encoder-folder';
import { encoderParameterShapes, isBelowLayer } from '../../src/model/parameters';
import { readBertConfig } from '../../src/model/read-bert-config';
import {
  FAMILY_CASES,
  familyFiles,
  openFamilyFile,
  type FamilyCaseName,
} from '../reference/family-cases';

/** Configurations as `readBertConfig` should read them, by what differs from one case to the next. */
const EXPECTED: Record<FamilyCaseName, object> = {
  bert: { activation: 'gelu_new', maxPositions: 12, tokenTypes: 2 },
  distilbert: {
    family: 'distilbert',
    hidden: 8,
    layers: 2,
    heads: 2,
    intermediate: 12,
    tokenTypes: 0,
  },
  'distilbert-relu': { family: 'distilbert', hidden: 6, layers: 1, heads: 3, activation: 'relu' },
  roberta: {
    ...{ family: 'roberta', activation: 'relu', tokenTypes: 1, layerNormEpsilon: 1e-5 },
    ...{ maxPositions: 10, unusedPositions: 2 },
  },
  'xlm-roberta': { family: 'xlm-roberta', hidden: 6, maxPositions: 9, unusedPositions: 2 },
  camembert: { family: 'camembert', maxPositions: 10, unusedPositions: 1, tokenTypes: 1 },
  electra: { family: 'electra', embeddingWidth: 6, hidden: 8, tokenTypes: 2 },
  'electra-base': { family: 'electra', hidden: 8, activation: 'gelu_new' },
};

/** First parts of the names that are passed over, in the files of a token classifier, a bare encoder and a pre-trained model. */
const HEADS: Record<string, Record<string, readonly string[]>> = {
  bert: { tensors: ['classifier'], bare: ['pooler'], preTrained: ['bert.pooler', 'cls'] },
  distilbert: {
    ...{ tensors: ['classifier'], bare: [] },
    preTrained: ['vocab_layer_norm', 'vocab_projector', 'vocab_transform'],
  },
  roberta: { tensors: ['classifier'], bare: ['pooler'], preTrained: ['lm_head'] },
  electra: { tensors: ['classifier'], bare: [], preTrained: ['discriminator_predictions'] },
};

describe.each(FAMILY_CASES)('%s, as transformers saves it', (name) => {
  const { config: json, files } = familyFiles(name);
  const config = readBertConfig(json);

  test('has its sizes read from config.json', () => {
    expect(config).toMatchObject(EXPECTED[name]);
    expect('embeddingWidth' in config).toBe(name === 'electra');
  });

  test.each(Object.keys(files))('has its parameters found in the file of its %s', async (kind) => {
    const file = await openFamilyFile(files[kind]!);
    const { names, passedOver } = findEncoderTensors(file, config);
    expect([...names.keys()].toSorted()).toEqual(
      [...encoderParameterShapes(config).keys()].toSorted(),
    );
    expect(new Set(names.values()).size).toBe(names.size);
    const row = name.split('-').at(name.startsWith('xlm') ? -1 : 0)!;
    const heads = HEADS[row === 'camembert' ? 'roberta' : row]![kind]!;
    const found = passedOver.map((tensor) => /^(?:bert\.)?\w+/.exec(tensor)![0]);
    expect([...new Set(found)].toSorted()).toEqual(heads);
  });
});

test.each(['bert.', 'model.roberta.', 'text_encoder.', ''])(
  'an encoder that is called "%s" in its file is found by what follows',
  async (prefix) => {
    const { config, files } = familyFiles('roberta');
    const renamed = Object.entries(files['tensors']!).map(
      ([name, shape]) => [name.replace(/^roberta\./, prefix), shape] as const,
    );
    const file = await openFamilyFile(Object.fromEntries(renamed));
    const { names, passedOver } = findEncoderTensors(file, readBertConfig(config));
    expect(names.get('bert.embeddings.LayerNorm.bias')).toBe(`${prefix}embeddings.LayerNorm.bias`);
    expect(passedOver).toEqual(['classifier.bias', 'classifier.weight']);
  },
);

test("the projection of ELECTRA's embeddings is frozen with them", () => {
  const keys = [...encoderParameterShapes(readBertConfig(familyFiles('electra').config)).keys()];
  const projection = ['bert.embeddings_project.weight', 'bert.embeddings_project.bias'];
  expect(keys).toEqual(expect.arrayContaining(projection));
  for (const key of projection) expect(isBelowLayer(key, 1)).toBe(true);
});

describe('a file that is not of the family is refused', () => {
  const refusal = async (name: FamilyCaseName, shapes: Record<string, readonly number[]>) => {
    const file = await openFamilyFile(shapes);
    try {
      findEncoderTensors(file, readBertConfig(familyFiles(name).config));
    } catch (error) {
      return tellWhole(error);
    }
    return 'read';
  };

  test("another family's weights beside this config.json", async () => {
    expect(await refusal('bert', familyFiles('roberta').files['tensors']!)).toBe(
      'model.safetensors: its tensors are called "roberta.…", and those of the encoder that config.json describes would be called "bert.…". ' +
        'Take config.json and the weights from the same model.',
    );
    expect(await refusal('electra', familyFiles('distilbert').files['tensors']!)).toContain(
      'its tensors are called "distilbert.…"',
    );
  });

  test('missing tensors, by the names of the family', async () => {
    const shapes = { ...familyFiles('distilbert').files['tensors'] };
    delete shapes['distilbert.transformer.layer.1.ffn.lin2.bias'];
    expect(await refusal('distilbert', shapes)).toContain(
      'missing: distilbert.transformer.layer.1.ffn.lin2.bias.',
    );
  });

  test('tensors inside the encoder that the family does not have', async () => {
    const shapes = familyFiles('distilbert').files['tensors']!;
    const adapter = 'distilbert.transformer.layer.0.adapter.weight';
    expect(await refusal('distilbert', { ...shapes, [adapter]: [2] })).toContain(
      `no parameters of DistilBERT: ${adapter}`,
    );
  });

  test('a position table without the entries before the first piece', async () => {
    const shapes = familyFiles('roberta').files['tensors']!;
    const table = 'roberta.embeddings.position_embeddings.weight';
    expect(await refusal('roberta', { ...shapes, [table]: [10, 8] })).toContain(
      `${table} is [10, 8], expected [12, 8]`,
    );
  });
});
