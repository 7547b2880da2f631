import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { gpuBackend } from '../../src/engine/webgpu/device/gpu-backend';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { GpuTrainer, type GpuTrainerOptions } from '../../src/train/step/gpu-trainer';
import { writeCheckpoint } from '../../src/train/checkpoint/checkpoint-file';
import { RunControl } from '../../src/train/run-control';
import type { TrainEvent } from '../../src/train/train-event';
import { TrainingRun, type TrainOptions } from '../../src/train/train-loop';
import {
  goldenGradients,
  goldenSteps,
  pickSentences,
  tinyConfig,
  tinyTags,
  tinyWeights,
} from '../reference/tiny-bert';
import { useBackend } from '../reference/use-backend';
import { makeRun } from './made-split';

beforeAll(() => useBackend('webgpu'));

function start(options: GpuTrainerOptions, weights = tinyWeights()) {
  const model = Model.create(tinyConfig, weights, tokenClassification(tinyTags), 1);
  const trainer = new GpuTrainer(model, undefined, {
    precision: 'f16',
    ...options,
  });
  return { model, trainer };
}

/** ‖found − expected‖ / ‖expected‖ over all tensors. */
function distance(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  let [apart, whole] = [0, 0];
  for (const [key, numbers] of expected) {
    numbers.forEach((number, i) => {
      apart += (found.get(key)![i]! - number) ** 2;
      whole += number ** 2;
    });
  }
  return Math.sqrt(apart / whole);
}

describe('half precision', () => {
  test("gives PyTorch's loss, norm and gradients of f32, but for its rounding, in any parts", async () => {
    const golden = goldenSteps()[0]!;
    for (const parts of [[[0, 1, 2]], [[2], [0, 1]]]) {
      const { model, trainer } = start({});
      let loss = 0;
      for (const rows of parts) {
        const { denominator } = golden;
        loss += await trainer.gather({ ...pickSentences(golden, rows), denominator });
      }
      const { gradients } = await trainer.state();
      const norm = await trainer.apply({ learningRate: 0, clipNorm: 1 });
      for (const each of [trainer, model]) each.dispose();
      expect(Math.abs(loss / golden.loss - 1)).toBeLessThan(1e-3);
      expect(Math.abs(norm! / golden.norm - 1)).toBeLessThan(2e-3);
      // A number has 11 bits: it is rounded by 2^-12 of itself on the average.
      const apart = distance(gradients!, gradientsOnDevice());
      expect(apart).toBeLessThan(4e-3);
      expect(apart).toBeGreaterThan(1e-5);
    }
  });

  test('keeps states in two bytes a number', () => {
    const [golden] = goldenSteps();
    const sizes: number[] = [];
    for (const precision of ['f32', 'f16'] as const) {
      const { model, trainer } = start({ precision });
      trainer.prepare({ ...golden!, dropout: { seed: 1, step: 0 } });
      const { arenaBytes, plans } = trainer.describe();
      sizes.push(arenaBytes);
      const products = plans[0]!.filter((line) => line.startsWith('linear '));
      const ofEncoder = products.slice(0, -1); // the classifier's width is odd
      for (const line of ofEncoder)
        expect(line.includes('half x half weight half y'), line).toBe(precision === 'f16');
      for (const each of [trainer, model]) each.dispose();
    }
    expect(sizes[1]! / sizes[0]!).toBeLessThan(0.65);
  });

  test('makes the loss scale smaller where gradients overflow, and takes the step as with the smaller one', async () => {
    const golden = goldenSteps()[0]!;
    const step = { ...golden, dropout: { seed: 1, step: 0 } };
    const { model, trainer } = start({ lossScale: 2 ** 30 });
    let overflows = -1;
    let norm: number | undefined;
    while (norm === undefined) {
      overflows++;
      await trainer.gather(step);
      norm = await trainer.apply({ learningRate: 1e-3, clipNorm: 1 });
    }
    expect(overflows).toBeGreaterThan(2);
    const { lossScale } = await trainer.state();
    expect(lossScale).toEqual({ scale: 2 ** (30 - overflows), steps: 1 });
    const weights = await model.weights();

    const other = start({ lossScale: lossScale!.scale });
    await other.trainer.gather(step);
    expect(await other.trainer.apply({ learningRate: 1e-3, clipNorm: 1 })).toBe(norm);
    expect(await other.model.weights()).toEqual(weights);
    for (const each of [trainer, model, other.trainer, other.model]) each.dispose();
  });

  test('leaves an overflow that no scale mends to the caller', async () => {
    const weights = tinyWeights();
    weights.get('bert.encoder.layer.0.attention.self.query.weight')!.data[3] = Infinity;
    const { model, trainer } = start({ lossScale: 2 }, weights);
    await trainer.gather(goldenSteps()[0]!);
    expect(await trainer.apply({ learningRate: 1e-3, clipNorm: 1 })).toBeUndefined();
    await trainer.gather(goldenSteps()[0]!);
    expect(await trainer.apply({ learningRate: 1e-3, clipNorm: 1 })).toBeNaN();
    for (const each of [trainer, model]) each.dispose();
  });

  test('is the same bit for bit with weights in several buffers', async () => {
    const { gpu } = gpuBackend();
    const real = gpu.memory.largestBuffer;
    onTestFinished(() => void (gpu.memory.largestBuffer = real));
    const results = [];
    for (const largest of [real, 5000]) {
      gpu.memory.largestBuffer = largest;
      const { model, trainer } = start({});
      const seen: (number | undefined)[] = [];
      for (const golden of goldenSteps())
        seen.push(
          await trainer.gather(golden),
          await trainer.apply({ learningRate: 1e-3, clipNorm: 1 }),
        );
      results.push({ seen, weights: await model.weights() });
      for (const each of [trainer, model]) each.dispose();
    }
    expect(results[1]).toEqual(results[0]);
  });

  test('goes on bit for bit from a state, in the middle of a step, too', async () => {
    const run = async (isResumed: boolean) => {
      let { model, trainer } = start({ lossScale: 2 ** 12 });
      const seen: (number | undefined)[] = [];
      for (const [step, golden] of goldenSteps().entries()) {
        const dropout = { seed: 7, step };
        const { denominator } = golden;
        for (const [part, rows] of [[2], [0, 1]].entries()) {
          if (isResumed && step === 1 && part === 1) {
            const [weights, state] = [await model.weights(), await trainer.state()];
            for (const each of [trainer, model]) each.dispose();
            ({ model, trainer } = start({}, weights));
            trainer.restore(state);
          }
          seen.push(await trainer.gather({ ...pickSentences(golden, rows), denominator, dropout }));
        }
        seen.push(await trainer.apply({ learningRate: 1e-3, clipNorm: 0.5 }));
      }
      const weights = await model.weights();
      for (const each of [trainer, model]) each.dispose();
      return { seen, weights };
    };
    const whole = await run(false);
    expect(whole.seen.every(Number.isFinite)).toBe(true);
    expect(await run(true)).toEqual(whole);
  });

  test('a checkpoint in the middle of a step that has overflowed leaves the step out', async () => {
    const options: Partial<TrainOptions> = { precision: 'f16', microBatchPieces: 48 };
    const first = new TrainingRun(makeRun({ epochs: 1 }, options));
    const { optimizer, position } = await first.snapshot();
    first.dispose();
    const lossScale = { scale: 2 ** 30, steps: 0 };
    const control = new RunControl();
    const resumeFrom = { optimizer: optimizer!, lossScale, position };
    const run = new TrainingRun(makeRun({ epochs: 1 }, { ...options, control, resumeFrom }));
    onTestFinished(() => run.dispose());
    const seen: { scale: number; parts: number }[] = [];
    control.atRest = async () => {
      if (run.position.step > 0) return;
      const state = await run.snapshot();
      writeCheckpoint(state); // refuses what is not finite
      seen.push({
        scale: state.lossScale!.scale,
        parts: state.accumulated?.parts ?? 0,
      });
    };
    let last: TrainEvent | undefined;
    for await (const event of run.events()) last = event;
    expect(last).toEqual({ kind: 'done', reason: 'finished', bestEpoch: 1 });
    const overflowed = seen.filter(({ scale }) => scale > 2 ** 26);
    expect(overflowed.length).toBeGreaterThan(4);
    expect(overflowed.every(({ parts }) => parts === 0)).toBe(true);
    expect(seen.at(-1)!.parts).toBeGreaterThan(1);
  });
});

/** As the trainer reads them: linear weights [in, out]. */
function gradientsOnDevice(): Map<string, Float32Array> {
  return new Map(
    Array.from(goldenGradients(), ([key, numbers]) => {
      const shape = tinyWeights().get(key)!.shape;
      const isTurned = shape.length === 2 && !key.includes('embeddings');
      if (!isTurned) return [key, numbers];
      const [rows, columns] = shape as [number, number];
      return [
        key,
        Float32Array.from(numbers, (_, i) => numbers[(i % rows) * columns + Math.floor(i / rows)]!),
      ];
    }),
  );
}
