import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { gpuBackend } from '../../src/engine/webgpu/gpu-backend';
import { registersOnly } from '../../src/engine/webgpu/tile-choice';
import type { BertConfig } from '../../src/model/bert-config';
import { encoderParameterShapes } from '../../src/model/parameters';
import { TokenClassifier } from '../../src/model/token-classifier';
import { GpuTrainer } from '../../src/train/gpu-trainer';
import { seededNumbers } from '../reference/seeded-numbers';
import { goldenSteps, tinyConfig, tinyTags, tinyWeights } from '../reference/tiny-bert';
import { useBackend } from '../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

const bytesInGpu = (memory: tf.MemoryInfo) =>
  (memory as unknown as { numBytesInGPU: number }).numBytesInGPU;

const createTiny = () => TokenClassifier.create(tinyConfig, tinyWeights(), tinyTags, 1);

/** Layers of more than one tile across, in any form that the tests take. */
function createWide(): TokenClassifier {
  const config: BertConfig = { ...tinyConfig, hidden: 36, intermediate: 68 };
  const shapes = encoderParameterShapes(config);
  const weights = Array.from(shapes, ([key, shape], i) => {
    const data = seededNumbers(tf.util.sizeFromShape([...shape]), i + 1);
    return [key, { shape, data: data.map((x) => 0.1 * x) }] as const;
  });
  return TokenClassifier.create(config, new Map(weights), tinyTags, 1);
}

/** Trains on the golden's batches again and again; with losses, norms and the weights at the end. */
async function train(
  isEager: boolean,
  steps: number,
  parts: number[][],
  classifier = createTiny(),
) {
  const trainer = new GpuTrainer(classifier, classifier.parameters, { isEager });
  const seen: number[] = [];
  for (let step = 0; step < steps; step++) {
    const { batch, labelIds, labelledWords } = goldenSteps()[step % 3]!;
    for (const rows of parts) {
      const pick = (values: Int32Array) =>
        Int32Array.from(rows.flatMap((row) => [...values.slice(row * 9, (row + 1) * 9)]));
      const part = {
        batch: rows.length,
        pieces: 9,
        pieceIds: pick(batch.pieceIds),
        attentionMask: pick(batch.attentionMask),
        rows: Int32Array.from(rows),
      };
      const dropout = { seed: 7, step };
      seen.push(
        await trainer.gather({ batch: part, labelIds: pick(labelIds), labelledWords, dropout }),
      );
    }
    seen.push(await trainer.apply(1e-3, 0.5));
  }
  const weights = await classifier.weights();
  const state = await trainer.state();
  const described = trainer.describe();
  trainer.dispose();
  classifier.dispose();
  return { seen, weights, state, described };
}

describe('a replayed step', () => {
  test.each([{ parts: [[0, 1, 2]] }, { parts: [[2], [0, 1]] }])(
    'is the eager one bit for bit, in parts $parts',
    async ({ parts }) => {
      const eager = await train(true, 6, parts);
      const replayed = await train(false, 6, parts);
      expect(eager.seen.every(Number.isFinite)).toBe(true);
      expect(replayed.seen).toEqual(eager.seen);
      for (const [key, { data }] of replayed.weights)
        expect(data, key).toEqual(eager.weights.get(key)!.data);
      for (const [key, { m, v }] of replayed.state.moments) {
        expect(m, key).toEqual(eager.state.moments.get(key)!.m);
        expect(v, key).toEqual(eager.state.moments.get(key)!.v);
      }
      // 15 a layer, and 12 for what is below and above them.
      expect(replayed.described.dispatches).toEqual(
        parts.map(() => 42).slice(0, new Set(replayed.described.dispatches).size),
      );
    },
  );

  test.each(['registers', 'shared 32'] as const)(
    'is the eager one with products by %s',
    async (form) => {
      const backend = gpuBackend();
      backend.tiles = { thin: form, small: form, middle: form, large: form };
      onTestFinished(() => void (backend.tiles = registersOnly));
      const eager = await train(true, 2, [[2], [0, 1]], createWide());
      const replayed = await train(false, 2, [[2], [0, 1]], createWide());
      expect(replayed.seen.every(Number.isFinite)).toBe(true);
      expect(replayed.seen).toEqual(eager.seen);
      for (const [key, { data }] of replayed.weights)
        expect(data, key).toEqual(eager.weights.get(key)!.data);
    },
  );

  test('leaves neither a tensor nor a buffer behind', async () => {
    await train(false, 1, [[0, 1, 2]]);
    const before = tf.memory();
    await train(false, 3, [[0, 1, 2]]);
    const after = tf.memory();
    expect(after.numTensors).toBe(before.numTensors);
    expect(bytesInGpu(after)).toBe(bytesInGpu(before));
  });
});
