import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { TokenClassifier } from '../../src/model/token-classifier';
import { expectClose } from '../reference/finite-differences';
import { goldenSteps, realLogits, tinyConfig, tinyTags, tinyWeights } from '../reference/tiny-bert';
import { backends, useBackend } from '../reference/use-backend';

describe.each(backends)('the token classifier on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test("has the logits of transformers' BertForTokenClassification", async () => {
    const classifier = TokenClassifier.create(tinyConfig, tinyWeights(), tinyTags, 1);
    for (const { batch, logits } of goldenSteps().slice(0, 1)) {
      const ours = classifier.logits(batch);
      expect(ours.shape).toEqual([3, 9, tinyTags]);
      await expectClose(
        tf.tensor1d(realLogits(await ours.data<'float32'>(), batch)),
        realLogits(logits, batch),
        1e-5,
      );
      ours.dispose();
    }
    classifier.dispose();
  });

  test('gives its weights back as they were, in the layout of Hugging Face', async () => {
    const classifier = TokenClassifier.create(tinyConfig, tinyWeights(), tinyTags, 1);
    const weights = await classifier.weights();
    expect([...weights]).toEqual([...tinyWeights()]);
    classifier.dispose();
  });

  test('leaves no tensor behind', () => {
    const before = tf.memory().numTensors;
    const classifier = TokenClassifier.create(tinyConfig, tinyWeights(), tinyTags, 1);
    classifier.logits(goldenSteps()[0]!.batch, { seed: 1, step: 1 }).dispose();
    classifier.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('the token classifier', () => {
  beforeAll(() => useBackend('wasm'));

  const encoderWeights = () =>
    new Map([...tinyWeights()].filter(([key]) => !key.startsWith('classifier')));

  test('starts a head from the seed where the weights bring none that fits', async () => {
    const headOf = async (weights: ReturnType<typeof tinyWeights>, tags: number, seed: number) => {
      const classifier = TokenClassifier.create(tinyConfig, weights, tags, seed);
      const all = await classifier.weights();
      classifier.dispose();
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
    expect(() => TokenClassifier.create(tinyConfig, without, tinyTags, 1)).toThrow(
      `${key} is missing`,
    );
    const bent = tinyWeights().set(key, { shape: [20, 12], data: new Float32Array(240) });
    expect(() => TokenClassifier.create(tinyConfig, bent, tinyTags, 1)).toThrow(
      `${key} has shape [20, 12]; the configuration asks for [12, 20]`,
    );
    expect(tf.memory().numTensors).toBe(before);
  });

  test('refuses a batch that does not fit it', () => {
    const classifier = TokenClassifier.create(tinyConfig, tinyWeights(), tinyTags, 1);
    const { batch } = goldenSteps()[0]!;
    const pieceIds = batch.pieceIds.slice();
    pieceIds[13] = 31;
    expect(() => classifier.logits({ ...batch, pieceIds })).toThrow(
      "Piece 4 of sentence 1 has id 31, but the encoder's vocabulary has 31 entries",
    );
    const long = {
      batch: 1,
      pieces: 17,
      pieceIds: new Int32Array(17),
      attentionMask: new Int32Array(17),
    };
    expect(() => classifier.logits(long)).toThrow('at most 16 pieces, but the batch has 17');
    expect(() => classifier.logits({ ...batch, attentionMask: new Int32Array(5) })).toThrow(
      'attentionMask: expected 3 × 9',
    );
    expect(() => classifier.logits({ ...batch, rows: new Int32Array(2) })).toThrow(
      'one for each of 3 sentences, got 2',
    );
    classifier.dispose();
  });
});
