import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportOnnx } from '../../src/export/export-onnx';
import { F32_VARIANT } from '../../src/export/variants';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { checkParity } from '../../src/infer/parity';
import { createSession } from '../../src/infer/session';
import { placeBatch } from '../../src/engine/ops/device-batch';
import { encode } from '../../src/model/bert';
import { bertWeights } from '../../src/model/bert-weights';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { isLinearWeight } from '../../src/model/parameters';
import { joinSentences } from '../../src/model/piece-batch';
import { disposeGradients, lossAndGradients } from '../../src/train/optimizer/gradients';
import { createTrainer } from '../../src/train/step/create-trainer';
import { tinyMetadata } from '../export/tiny-bert';
import {
  FAMILY_CASES,
  FAMILY_TAGS,
  familyBatch,
  readFamilyCase,
  type FamilyCase,
  type FamilyCaseName,
} from '../reference/family-cases';
import { backends, useBackend } from '../reference/use-backend';

const RATES = [1e-3, 2e-3, 1e-3];

const create = ({ config, weights }: FamilyCase) =>
  Model.create(config, weights, tokenClassification(FAMILY_TAGS), 1);

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < found.length; i++)
    largest = Math.max(largest, Math.abs(found[i]! - expected[i]!));
  return largest;
}

describe.each(backends)('on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(FAMILY_CASES)("%s has transformers' logits and gradients", async (name) => {
    const family = await readFamilyCase(name);
    const tensors = tf.memory().numTensors;
    const model = create(family);
    const step = familyBatch(0);
    expect(largestDifference(await model.score(step.batch), family.logits)).toBeLessThan(1e-4);

    const { loss, gradients } = lossAndGradients(model, step);
    expect(Math.abs((await loss.data())[0]! - family.losses[0]!)).toBeLessThan(1e-4);
    expect([...gradients.keys()].toSorted()).toEqual([...family.gradients.keys()].toSorted());
    for (const [key, gradient] of gradients) {
      const upright = isLinearWeight(key) ? tf.transpose(gradient) : gradient.clone();
      const difference = largestDifference(await upright.data(), family.gradients.get(key)!);
      expect(difference, key).toBeLessThan(1e-4);
      upright.dispose();
    }
    expect(family.unusedGradient).toBe(0);
    loss.dispose();
    disposeGradients(gradients);
    model.dispose();
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe.each(['wasm', 'webgpu'] as const)('trained on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test.each(FAMILY_CASES)(
    "%s has PyTorch's losses, and its file the trained model's logits",
    async (name) => {
      const family = await readFamilyCase(name);
      const model = create(family);
      const trainer = createTrainer(model);
      for (const [step, learningRate] of RATES.entries()) {
        const loss = await trainer.gather(familyBatch(step));
        expect(Math.abs(loss - family.losses[step]!), `loss ${step}`).toBeLessThan(1e-4);
        await trainer.apply({ learningRate, clipNorm: 0.5 });
      }
      trainer.dispose();

      const sentences = [
        [2, 7, 3],
        [2, 11, 5, 28, 28, 9, 3],
        [2, 4, 6, 8, 10, 12, 14, 16, 3],
      ];
      const logits: Float32Array[] = [];
      for (const sentence of sentences) logits.push(await model.score(joinSentences([sentence])));
      const weights = await model.weights();
      model.dispose();
      const { config } = family;
      const metadata = { ...tinyMetadata, config, maxPieces: config.maxPositions };
      const parts = await exportOnnx({ config, weights, metadata });
      const session = await createSession(await readOnnxFile(new File(parts, 'tiny.onnx')), 1);
      const reference = sentences.map((sentence, i) => ({
        text: `sentence ${i + 1}`,
        pieceIds: Int32Array.from(sentence),
        firstPieces: Int32Array.from(sentence.keys()),
        logits: logits[i]!,
      }));
      const report = await checkParity(reference, session, F32_VARIANT.tolerance);
      expect(report.sentences).toBe(sentences.length);
      await session.release();
    },
  );
});

describe('dropout behind attention', () => {
  beforeAll(() => useBackend('wasm'));

  /** Counts the different rows that come out of one layer whose input is 0 and whose feed-forward part adds nothing. */
  async function countRows(name: FamilyCaseName): Promise<number> {
    const { config: read, weights } = await readFamilyCase(name);
    const config = { ...read, layers: 1, hiddenDropout: 0.5, attentionDropout: 0 };
    const isZero = /embeddings\.LayerNorm|layer\.0\.output\.dense/;
    for (const [key, { data }] of weights) if (isZero.test(key)) data.fill(0);
    const model = Model.create(config, weights, tokenClassification(FAMILY_TAGS), 1);
    const { arrays, longest } = model.layOut(familyBatch(0).batch);
    const states = tf.tidy(() => {
      const parameters = bertWeights(config, model.parameters);
      return encode(config, parameters, placeBatch(arrays, longest), { seed: 1, step: 0 });
    });
    const rows = await states.array();
    tf.dispose(states);
    model.dispose();
    return new Set(rows.map((row) => row.map((x) => x.toFixed(4)).join())).size;
  }

  test("is BERT's and not DistilBERT's", async () => {
    expect(await countRows('bert')).toBeGreaterThan(5);
    expect(await countRows('distilbert')).toBe(1);
  });
});
