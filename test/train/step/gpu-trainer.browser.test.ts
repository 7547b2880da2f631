import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import { REGISTERS_ONLY } from '../../../src/engine/webgpu/device/tile-choice';
import type { BertConfig } from '../../../src/model/bert-config';
import { encoderParameterShapes } from '../../../src/model/parameters';
import { joinSentences } from '../../../src/model/piece-batch';
import { tokenClassification } from '../../../src/model/heads/token-classification';
import { Model } from '../../../src/model/model';
import { readWordTable } from '../../../src/model/parameter-store';
import type { Weights } from '../../../src/model/weights';
import { changedRows, plainRows } from '../../../src/model/word-rows';
import { GpuTrainer } from '../../../src/train/step/gpu-trainer';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { EagerGpuTrainer } from '../../reference/eager-gpu-trainer';
import { seededNumbers } from '../../reference/seeded-numbers';
import {
  goldenSteps,
  pickSentences,
  tinyConfig,
  tinyTags,
  tinyWeights,
} from '../../reference/tiny-bert';
import { useBackend } from '../../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

const bytesInGpu = (memory: tf.MemoryInfo) =>
  (memory as unknown as { numBytesInGPU: number }).numBytesInGPU;

const createTiny = () => Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);

const createTrainer = (model: Model, isEager: boolean) =>
  new (isEager ? EagerGpuTrainer : GpuTrainer)(model);

/** Until the test ends. */
function bindAtMost(bytes: number): void {
  const { gpu } = gpuBackend();
  const real = gpu.memory.largestBuffer;
  gpu.memory.largestBuffer = bytes;
  onTestFinished(() => void (gpu.memory.largestBuffer = real));
}

/** Layers of more than one tile across, in any form that the tests take. */
function createWide(): Model {
  const config: BertConfig = { ...tinyConfig, hidden: 36, intermediate: 68 };
  const shapes = encoderParameterShapes(config);
  const weights = Array.from(shapes, ([key, shape], i) => {
    const data = seededNumbers(tf.util.sizeFromShape([...shape]), i + 1);
    return [key, { shape, data: data.map((x) => 0.1 * x) }] as const;
  });
  return Model.create(config, new Map(weights), tokenClassification(tinyTags), 1);
}

/**
 * Trains on the golden's batches again and again; with losses, norms and the weights at the end. Where `isFused`, the last part and the
 * update are one.
 */
async function train(
  isEager: boolean,
  steps: number,
  parts: number[][],
  model = createTiny(),
  isFused = false,
) {
  const trainer = createTrainer(model, isEager);
  const seen: (number | undefined)[] = [];
  for (let step = 0; step < steps; step++) {
    const golden = goldenSteps()[step % 3]!;
    const { denominator } = golden;
    const dropout = { seed: 7, step };
    for (const [index, rows] of parts.entries()) {
      const part = { ...pickSentences(golden, rows), denominator, dropout };
      if (isFused && index === parts.length - 1) {
        const { loss, norm } = await trainer.gatherAndApply(part, {
          learningRate: 1e-3,
          clipNorm: 0.5,
        });
        seen.push(loss, norm);
      } else seen.push(await trainer.gather(part));
    }
    if (!isFused) seen.push(await trainer.apply({ learningRate: 1e-3, clipNorm: 0.5 }));
  }
  const weights = await model.weights();
  const state = await trainer.state();
  const plans = trainer instanceof GpuTrainer ? trainer.describe().plans : [];
  trainer.dispose();
  model.dispose();
  return { seen, weights, state, plans };
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
      for (const [slot, numbers] of replayed.state.optimizer.slots) {
        for (const [key, found] of numbers)
          expect(found, `${slot} ${key}`).toEqual(eager.state.optimizer.slots.get(slot)!.get(key));
      }
      for (const isOracle of [true, false]) {
        const fused = await train(isOracle, 6, parts, createTiny(), true);
        expect(fused.seen).toEqual(eager.seen);
        expect(fused.weights).toEqual(eager.weights);
        expect(fused.state).toEqual(eager.state);
      }
      // Each dispatch costs time of its own: fused kernels keep a layer, forward and backward, to 16 of them.
      const most = 16 * tinyConfig.layers + 16;
      for (const plan of replayed.plans) expect(plan.length).toBeLessThanOrEqual(most);
    },
  );

  test('is the same plan when it is captured at another step: nothing of a step is frozen into it', () => {
    const model = createTiny();
    const plans = [goldenSteps()[0]!, goldenSteps()[1]!].map((golden, step) => {
      const trainer = new GpuTrainer(model);
      const { batch, labelIds } = golden;
      const dropout = { seed: 5 + step, step: 70 * step };
      trainer.prepare({ batch, labelIds, denominator: 3 + step, dropout });
      const described = trainer.describe().plans;
      trainer.dispose();
      return described;
    });
    expect(plans[1]).toEqual(plans[0]);
    model.dispose();
  });

  test.each(['registers', 'shared 32'] as const)(
    'is the eager one with products by %s',
    async (form) => {
      const { gpu } = gpuBackend();
      gpu.tiles = { thin: form, small: form, middle: form, large: form };
      onTestFinished(() => void (gpu.tiles = REGISTERS_ONLY));
      const eager = await train(true, 2, [[2], [0, 1]], createWide());
      const replayed = await train(false, 2, [[2], [0, 1]], createWide());
      expect(replayed.seen.every(Number.isFinite)).toBe(true);
      expect(replayed.seen).toEqual(eager.seen);
      for (const [key, { data }] of replayed.weights)
        expect(data, key).toEqual(eager.weights.get(key)!.data);
    },
  );

  test.each([{ isEager: true }, { isEager: false }])(
    'whose loss is no number moves nothing, though its gradients are numbers, and the next step does, eager: $isEager',
    async ({ isEager }) => {
      const golden = goldenSteps()[0]!;
      const { batch, labelIds, denominator } = golden;
      const model = createTiny();
      const trainer = createTrainer(model, isEager);
      const before = await model.weights();
      // One labelled word of 1e-39 beside which each loss is infinite, and gradients are as large as the rest of f32 allows.
      const broken = { batch, labelIds, denominator: 1e-39 };
      const { loss, norm } = await trainer.gatherAndApply(broken, {
        learningRate: 1e-3,
        clipNorm: 0.5,
      });
      expect(Number.isFinite(loss)).toBe(false);
      expect(norm).toBeNaN();
      expect(await model.weights()).toEqual(before);
      const next = await trainer.gatherAndApply(
        { batch, labelIds, denominator },
        { learningRate: 1e-3, clipNorm: 0.5 },
      );
      expect(Math.abs(next.loss / golden.loss - 1)).toBeLessThan(1e-5);
      expect(Math.abs(next.norm! / golden.norm - 1)).toBeLessThan(1e-5);
      const { scalars } = (await trainer.state()).optimizer;
      expect(scalars['beta1Power']).toBe(0.9);
      for (const each of [trainer, model]) each.dispose();
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

describe('parameters, gradients and moments in several buffers', () => {
  // The tiny model's query, key and value weights, which stay together: 3 times 12 · 12 numbers, each stretched to 1024 bytes.
  const smallest = 3072;

  test.each([
    { bytes: smallest, isEager: false },
    { bytes: 5000, isEager: false },
    { bytes: 5000, isEager: true },
  ])('train as in one, bit for bit: $bytes bytes each, eager: $isEager', async (limits) => {
    const parts = [[2], [0, 1]];
    const whole = await train(false, 4, parts);
    bindAtMost(limits.bytes);
    const model = createTiny();
    const { buffers, parts: places } = model.flat!;
    expect(buffers.length).toBeGreaterThan(4);
    expect(Math.max(...buffers.map(({ size }) => size))).toBeLessThanOrEqual(limits.bytes);
    for (const end of ['weight', 'bias']) {
      const self = (name: string) =>
        places.get(`bert.encoder.layer.1.attention.self.${name}.${end}`)!.buffer;
      expect(self('key')).toBe(self('query'));
      expect(self('value')).toBe(self('query'));
    }
    const sharded = await train(limits.isEager, 4, parts, model);
    expect(sharded.seen).toEqual(whole.seen);
    expect(sharded.weights).toEqual(whole.weights);
    expect(sharded.state).toEqual(whole.state);
  });

  test('train above frozen layers as in one, bit for bit', async () => {
    const trainTop = async () => {
      const model = createTiny();
      const trainer = new GpuTrainer(model, { ...DEFAULT_RECIPE, frozenLayers: 1 });
      const seen: (number | undefined)[] = [];
      for (const [step, { batch, labelIds, denominator }] of goldenSteps().entries()) {
        const dropout = { seed: 7, step };
        seen.push(await trainer.gather({ batch, labelIds, denominator, dropout }));
        seen.push(await trainer.apply({ learningRate: 1e-3, clipNorm: 0.5 }));
      }
      const weights = await model.weights();
      for (const each of [trainer, model]) each.dispose();
      return { seen, weights };
    };
    const whole = await trainTop();
    bindAtMost(smallest);
    expect(await trainTop()).toEqual(whole);
  });

  test('leave nothing behind, and say what does not fit', async () => {
    bindAtMost(smallest);
    const before = bytesInGpu(tf.memory());
    await train(false, 1, [[0, 1, 2]]);
    expect(bytesInGpu(tf.memory())).toBe(before);
    bindAtMost(smallest - 1);
    expect(createTiny).toThrow(
      'query.weight and bert.encoder.layer.0.attention.self.key.weight and bert.encoder.layer.0.attention.self.value.weight: 3072 bytes, but this GPU takes at most 3071 in a buffer; choose a smaller encoder',
    );
  });
});

describe('a word-embedding table with the pieces of the corpus only', () => {
  const corpus = goldenSteps().flatMap(({ batch }) => [...batch.pieceIds]);
  const key = 'bert.embeddings.word_embeddings.weight';

  /** Makes a model with the rows of some pieces, read out of `weights` with other rows laid over them; with all where none are named. */
  async function createKept(
    config: BertConfig,
    weights: Weights,
    pieceIds?: Iterable<number>,
    changed?: { ids: Int32Array; rows: Float32Array },
  ) {
    const source = plainRows(tinyWeights().get(key)!);
    const own = weights.get(key)!.shape[0] === config.vocabularySize;
    const rows = own ? plainRows(weights.get(key)!) : changedRows(source, changed!);
    const words = pieceIds && (await readWordTable(rows, pieceIds));
    return Model.create(config, weights, tokenClassification(tinyTags), 1, words);
  }

  /** Three steps, resumed after the first where `isResumed`; 0 never clips, so that no sum goes over the whole table. */
  async function trainTable(pieceIds?: Iterable<number>, isResumed = false) {
    let model = await createKept(tinyConfig, tinyWeights(), pieceIds);
    let trainer = new GpuTrainer(model);
    const losses: number[] = [];
    for (const [step, { batch, labelIds, denominator }] of goldenSteps().entries()) {
      if (isResumed && step === 1) {
        const [weights, state] = [await model.weights(), await trainer.state()];
        const changed = { ids: model.words!.ids, rows: weights.get(key)!.data };
        for (const each of [trainer, model]) each.dispose();
        model = await createKept(tinyConfig, weights, pieceIds, changed);
        trainer = new GpuTrainer(model);
        trainer.restore(state);
      }
      const dropout = { seed: 7, step };
      losses.push(await trainer.gather({ batch, labelIds, denominator, dropout }));
      if (isResumed && step === 1) trainer.restore(await trainer.state());
      await trainer.apply({ learningRate: 1e-3, clipNorm: 0 });
    }
    const rows = model.parameters.get(key)!.shape[0];
    const weights = await model.weights();
    const { slots } = (await trainer.state()).optimizer;
    const [m, v] = ['m', 'v'].map((slot) => slots.get(slot)!.get(key)!);
    const moments = { m: m!, v: v! };
    for (const each of [trainer, model]) each.dispose();
    return { losses, weights, moments, rows };
  }

  test('trains as the whole table does, bit for bit', async () => {
    const full = await trainTable();
    const compact = await trainTable(corpus);
    expect(full.rows).toBe(tinyConfig.vocabularySize);
    expect(compact.rows).toBe(new Set([0, ...corpus]).size + 256);
    expect(compact.losses).toEqual(full.losses);
    const { hidden } = tinyConfig;
    const kept = [...new Set([0, ...corpus])].sort((a, b) => a - b);
    const keptOf = (whole: Float32Array) =>
      kept.flatMap((id) => [...whole.subarray(id * hidden, (id + 1) * hidden)]);
    for (const [name, { data }] of compact.weights) {
      const expected = full.weights.get(name)!.data;
      expect([...data], name).toEqual(name === key ? keptOf(expected) : [...expected]);
    }
    for (const name of ['m', 'v'] as const) {
      expect([...compact.moments[name]], name).toEqual(keptOf(full.moments[name]));
    }
  });

  test.each([{ isEager: false }, { isEager: true }])(
    'in parts trains and goes on as in one, bit for bit, eager: $isEager',
    async ({ isEager }) => {
      // Every 6th of 186 pieces is in the corpus' sentences, and all are kept.
      const vocabularySize = 6 * tinyConfig.vocabularySize;
      const config = { ...tinyConfig, vocabularySize };
      const table = { shape: [vocabularySize, config.hidden] };
      const data = seededNumbers(vocabularySize * config.hidden, 9);
      const weights = tinyWeights().set(key, { ...table, data });
      const kept = Array.from({ length: vocabularySize }, (_, id) => id);

      const trainWide = async (isResumed: boolean) => {
        let model = await createKept(config, weights, kept);
        let trainer = createTrainer(model, isEager);
        const seen: (number | undefined)[] = [];
        for (const [step, golden] of goldenSteps().entries()) {
          const pieceIds = golden.batch.pieceIds.map((id) => 6 * id);
          const { labelIds, denominator } = golden;
          const dropout = { seed: 7, step };
          const batch = { ...golden.batch, pieceIds };
          seen.push(await trainer.gather({ batch, labelIds, denominator, dropout }));
          if (isResumed && step === 1) {
            const [state, read] = [await trainer.state(), await model.weights()];
            for (const each of [trainer, model]) each.dispose();
            model = await createKept(config, read, kept); // every piece is kept
            trainer = createTrainer(model, isEager);
            trainer.restore(state);
          }
          seen.push(await trainer.apply({ learningRate: 1e-3, clipNorm: 0.5 }));
        }
        const parts = model.words!.keys.length;
        const result = { seen, weights: await model.weights(), state: await trainer.state() };
        for (const each of [trainer, model]) each.dispose();
        return { parts, result };
      };
      const whole = await trainWide(false);
      // Rows of 48 bytes, 96 to a part: the second has rows of the corpus and spare ones.
      bindAtMost(4608);
      const inParts = await trainWide(true);
      expect([whole.parts, inParts.parts]).toEqual([1, 5]);
      expect(inParts.result).toEqual(whole.result);
      expect(
        inParts.result.state.optimizer.slots
          .get('m')!
          .get(key)!
          .slice(96 * 12)
          .some((m) => m !== 0),
      ).toBe(true);
    },
  );

  test.each([{ pieceIds: [5] }, { pieceIds: Array.from({ length: 29 }, (_, id) => id) }])(
    'in parts reads strange pieces as in one',
    async ({ pieceIds }) => {
      // 64 rows of 48 bytes a part.
      const batch = joinSentences([[2, 30, 13, 29, 12, 24]]);
      const logitsOf = async () => {
        const model = await createKept(tinyConfig, tinyWeights(), pieceIds);
        const numbers = await model.score(batch);
        model.dispose();
        return { numbers, parts: model.words!.keys.length };
      };
      const whole = await logitsOf();
      bindAtMost(3072);
      const inParts = await logitsOf();
      expect([whole.parts, inParts.parts > 4]).toEqual([1, true]);
      expect(inParts.numbers).toEqual(whole.numbers);
    },
  );

  test('goes on from a checkpoint bit for bit', async () => {
    const whole = await trainTable(corpus);
    const resumed = await trainTable(corpus, true);
    expect(resumed.losses).toEqual(whole.losses);
    expect(resumed.weights).toEqual(whole.weights);
    expect(resumed.moments).toEqual(whole.moments);
  });

  test('reads a sentence with other pieces as the whole table does', async () => {
    const batch = joinSentences([[3, 1, 2, 1].map((i) => tinyConfig.vocabularySize - i)]);
    const seen = [];
    for (const pieceIds of [undefined, [5]]) {
      const model = await createKept(tinyConfig, tinyWeights(), pieceIds);
      seen.push(await model.score(batch));
      model.dispose();
    }
    expect(seen[1]).toEqual(seen[0]);
  });
});
