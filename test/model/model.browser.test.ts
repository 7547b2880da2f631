import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { joinSentences, type PieceBatch } from '../../src/model/piece-batch';
import { expectClose } from '../reference/finite-differences';
import { goldenSteps, tinyConfig, tinyTags, tinyWeights } from '../reference/tiny-bert';
import { backends, useBackend } from '../reference/use-backend';

describe.each(backends)('the token model on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test("has the logits of transformers' BertForTokenClassification", async () => {
    const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
    for (const { batch, logits } of goldenSteps().slice(0, 1)) {
      const scores = await model.score(batch);
      expect(scores).toHaveLength(batch.pieceIds.length * tinyTags);
      await expectClose(tf.tensor1d(scores), logits, 1e-5);
    }
    model.dispose();
  });

  test('gives its weights back as they were, in the layout of Hugging Face', async () => {
    const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
    const weights = await model.weights();
    expect([...weights]).toEqual([...tinyWeights()]);
    model.dispose();
  });

  test('leaves no tensor behind', async () => {
    const before = tf.memory().numTensors;
    const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
    await model.score(goldenSteps()[0]!.batch);
    model.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the token classifier', () => {
  beforeAll(() => useBackend('wasm'));

  const encoderWeights = () =>
    new Map([...tinyWeights()].filter(([key]) => !key.startsWith('classifier')));

  test('starts a head from the seed where the weights bring none that fits', async () => {
    const headOf = async (weights: ReturnType<typeof tinyWeights>, tags: number, seed: number) => {
      const model = Model.create(tinyConfig, weights, tokenClassification(tags), seed);
      const all = await model.weights();
      model.dispose();
      return { weight: all.get('classifier.weight')!, bias: all.get('classifier.bias')! };
    };
    const first = await headOf(encoderWeights(), 200, 1);
    expect(first.weight.shape).toEqual([200, 12]);
    expect([...first.bias.data]).toEqual(Array<number>(200).fill(0));
    const deviation = Math.sqrt(first.weight.data.reduce((sum, x) => sum + x * x, 0) / 2400);
    expect(Math.abs(deviation - 0.02)).toBeLessThan(0.02 * 0.06); // four standard errors of 2,400 numbers
    expect(await headOf(tinyWeights(), 200, 1)).toEqual(first);
    expect((await headOf(encoderWeights(), 200, 2)).weight).not.toEqual(first.weight);
    expect((await headOf(tinyWeights(), tinyTags, 1)).weight).toEqual(
      tinyWeights().get('classifier.weight'),
    );
  });

  test('names a weight that is missing or misshapen, and keeps nothing', () => {
    const before = tf.memory().numTensors;
    const key = 'bert.encoder.layer.1.output.dense.weight';
    const without = tinyWeights();
    without.delete(key);
    expect(() => Model.create(tinyConfig, without, tokenClassification(tinyTags), 1)).toThrow(
      `${key} is missing`,
    );
    const bent = tinyWeights().set(key, { shape: [20, 12], data: new Float32Array(240) });
    expect(() => Model.create(tinyConfig, bent, tokenClassification(tinyTags), 1)).toThrow(
      `${key} has shape [20, 12]; the configuration asks for [12, 20]`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses a batch that does not fit it', async () => {
    const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
    const score = (batch: PieceBatch) => model.score(batch);
    await expect(
      score(
        joinSentences([
          [1, 2],
          [1, 2, 3, 30, 31],
        ]),
      ),
    ).rejects.toThrow(
      "Piece 4 of sentence 1 has id 31, but the encoder's vocabulary has 31 entries",
    );
    await expect(score(joinSentences([new Int32Array(17)]))).rejects.toThrow(
      'at most 16 pieces, but sentence 0 has 17',
    );
    const batch = joinSentences([[1], [2, 3]]);
    await expect(score({ ...batch, offsets: Int32Array.of(0, 1, 2) })).rejects.toThrow(
      'offsets: expected 0 to 3 pieces, got 0 to 2',
    );
    await expect(score({ ...batch, offsets: Int32Array.of(0, 4, 3) })).rejects.toThrow(
      'offsets: sentence 1 ends before it begins',
    );
    await expect(score({ ...batch, sentenceIndices: new Int32Array(3) })).rejects.toThrow(
      'one for each of 2 sentences, got 3',
    );
    model.dispose();
  });
});
