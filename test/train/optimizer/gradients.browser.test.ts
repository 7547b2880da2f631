import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { DropoutStep } from '../../../src/model/dropout-sites';
import { isLinearWeight } from '../../../src/model/parameters';
import { tokenClassification } from '../../../src/model/heads/token-classification';
import { Model } from '../../../src/model/model';
import {
  addGradients,
  disposeGradients,
  lossAndGradients,
  type Gradients,
} from '../../../src/train/optimizer/gradients';
import { createTrainer } from '../../../src/train/step/create-trainer';
import type { Trainer } from '../../../src/train/step/trainer';
import {
  goldenGradients,
  goldenParameters,
  goldenSteps,
  pickSentences,
  tinyConfig,
  tinyTags,
  tinyWeights,
  type GoldenStep,
} from '../../reference/tiny-bert';
import { backends, useBackend } from '../../reference/use-backend';

const createTiny = () => Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);

/** ‖a − b‖ / ‖b‖ */
function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** A gradient in Hugging Face's layout. */
async function readGradient(key: string, gradient: tf.Tensor): Promise<Float32Array> {
  const upright = isLinearWeight(key) ? tf.transpose(gradient) : gradient.clone();
  const values = await upright.data<'float32'>();
  upright.dispose();
  return values;
}

/** Gradients and loss of a batch, cut into micro-batches of the given sentences. */
async function accumulate(model: Model, golden: GoldenStep, parts: number[][], step: DropoutStep) {
  const total: Gradients = new Map();
  let loss = 0;
  for (const rows of parts) {
    const { denominator } = golden;
    const part = { ...pickSentences(golden, rows), denominator, dropout: step };
    const { loss: partLoss, gradients } = lossAndGradients(model, part);
    loss += (await partLoss.data())[0]!;
    partLoss.dispose();
    addGradients(total, gradients);
  }
  return { loss, gradients: total };
}

/** Steps as the golden took them, by the backend's own trainer; with dropout where `seed` is given. */
async function takeSteps(trainer: Trainer, steps: GoldenStep[], seed?: number) {
  const seen: { loss: number; norm: number }[] = [];
  for (const [index, golden] of steps.entries()) {
    const dropout = seed === undefined ? {} : { dropout: { seed, step: index } };
    const loss = await trainer.gather({ ...golden, ...dropout });
    const learningRate = [1e-3, 2e-3, 1e-3][index]!;
    const norm = await trainer.apply({ learningRate, clipNorm: 0.5 });
    seen.push({ loss, norm: norm! });
  }
  return seen;
}

describe.each(backends)('a training step on %s', (backend) => {
  beforeAll(() => useBackend(backend));

  test("every parameter's gradient is PyTorch's within 1e-4", async () => {
    const model = createTiny();
    const golden = goldenSteps()[0]!;
    const { loss, gradients } = lossAndGradients(model, golden);
    expect((await loss.data())[0]).toBeCloseTo(golden.loss, 5);
    const expected = goldenGradients();
    expect([...gradients.keys()].sort()).toEqual([...expected.keys()].sort());
    for (const [key, gradient] of gradients) {
      // The softmax cancels a key's bias: its gradient is 0, and what PyTorch and we have there is rounding.
      if (key.endsWith('self.key.bias')) {
        expect(Math.max(...(await readGradient(key, gradient)).map(Math.abs))).toBeLessThan(1e-6);
      } else {
        expect(
          relativeDifference(await readGradient(key, gradient), expected.get(key)!),
          key,
        ).toBeLessThan(1e-4);
      }
    }
    disposeGradients(gradients);
    loss.dispose();
    model.dispose();
  });

  test("three AdamW steps with clipping end where PyTorch's end", async () => {
    const model = createTiny();
    const trainer = createTrainer(model);
    const steps = goldenSteps();
    const seen = await takeSteps(trainer, steps);
    seen.forEach(({ loss, norm }, i) => {
      expect(loss).toBeCloseTo(steps[i]!.loss, 4);
      expect(norm).toBeCloseTo(steps[i]!.norm, 4);
    });
    const expected = goldenParameters();
    for (const [key, { data }] of await model.weights()) {
      // A key's bias moves by Adam's sign of pure rounding: leave it out.
      if (!key.endsWith('self.key.bias'))
        expect(relativeDifference(data, expected.get(key)!), key).toBeLessThan(1e-4);
    }
    trainer.dispose();
    model.dispose();
  });

  test('cutting a batch into micro-batches changes neither loss nor gradients, dropout included', async () => {
    const model = createTiny();
    const step = { seed: 3, step: 8 };
    const whole = await accumulate(model, goldenSteps()[0]!, [[0, 1, 2]], step);
    const split = await accumulate(model, goldenSteps()[0]!, [[2], [0, 1]], step);
    expect(split.loss).toBeCloseTo(whole.loss, 5);
    for (const [key, gradient] of split.gradients) {
      const [a, b] = [await gradient.data(), await whole.gradients.get(key)!.data()];
      if (!key.endsWith('self.key.bias')) expect(relativeDifference(a, b), key).toBeLessThan(1e-5);
    }
    disposeGradients(whole.gradients);
    disposeGradients(split.gradients);
    model.dispose();
  });

  test('a step leaves the number of tensors as it was', async () => {
    const model = createTiny();
    const trainer = createTrainer(model);
    const before = tf.memory().numTensors;
    await takeSteps(trainer, goldenSteps(), 5);
    expect(tf.memory().numTensors).toBe(before);
    trainer.dispose();
    model.dispose();
  });

  test('training goes on from a stored state bit for bit', async () => {
    const steps = goldenSteps();
    const model = createTiny();
    const trainer = createTrainer(model);
    await takeSteps(trainer, steps.slice(0, 1), 5);
    const [weights, state] = [await model.weights(), await trainer.state()];
    await takeSteps(trainer, steps.slice(1), 5);
    const later = Model.create(tinyConfig, weights, tokenClassification(tinyTags), 1);
    const restored = createTrainer(later);
    restored.restore(state);
    await takeSteps(restored, steps.slice(1), 5);
    const expected = await model.weights();
    for (const [key, { data }] of await later.weights())
      expect(data, key).toEqual(expected.get(key)!.data);
    for (const each of [trainer, restored, model, later]) each.dispose();
  });
});

test('two steps with dropout on WebGPU agree with WASM within 1e-4', async () => {
  const results = [];
  for (const backend of ['wasm', 'webgpu'] as const) {
    await useBackend(backend);
    const model = createTiny();
    const trainer = createTrainer(model);
    const seen = await takeSteps(trainer, goldenSteps().slice(0, 2), 9);
    const { batch } = goldenSteps()[2]!;
    results.push({ seen, logits: await model.score(batch) });
    for (const each of [trainer, model]) each.dispose();
  }
  const [wasm, webgpu] = results as [(typeof results)[0], (typeof results)[0]];
  wasm.seen.forEach(({ loss, norm }, i) => {
    expect(Math.abs(webgpu.seen[i]!.loss - loss)).toBeLessThan(1e-4);
    expect(Math.abs(webgpu.seen[i]!.norm - norm)).toBeLessThan(1e-4 * norm);
  });
  const worst = Math.max(...wasm.logits.map((value, i) => Math.abs(value - webgpu.logits[i]!)));
  expect(worst).toBeLessThan(1e-4);
});

test('a state of another model or optimiser is refused by name', async () => {
  await useBackend('wasm');
  const model = createTiny();
  const trainer = createTrainer(model);
  const { optimizer: state } = await trainer.state();
  const [m, v] = ['m', 'v'].map((slot) => state.slots.get(slot)!);
  const short = new Map(m).set('classifier.bias', new Float32Array(3));
  const slots = new Map([...state.slots, ['m', short]]);
  expect(() => trainer.restore({ optimizer: { ...state, slots } })).toThrow(
    "The checkpoint's m of classifier.bias needs 7 numbers, got 3; start the run again.",
  );
  const scalars = { beta2Power: 0.999 };
  expect(() => trainer.restore({ optimizer: { ...state, scalars } })).toThrow(
    'no beta1Power of adamw',
  );
  const lion = { kind: 'lion', slots: new Map([['m', v!]]), scalars: {} };
  expect(() => trainer.restore({ optimizer: lion })).toThrow(
    'The checkpoint holds the state of the optimiser "lion", but this run trains with "adamw"; start the run again.',
  );
  trainer.dispose();
  model.dispose();
});
