import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { currentEngine } from '../../../src/engine/engine';
import { currentPool, KernelPool } from '../../../src/engine/wasm/pool/kernel-pool';
import PoolThread from '../../../src/engine/wasm/pool/pool-thread.worker?worker';
import { tokenClassification } from '../../../src/model/heads/token-classification';
import { Model } from '../../../src/model/model';
import {
  disposeGradients,
  lossAndGradients,
  measureGradients,
} from '../../../src/train/optimizer/gradients';
import { chooseOptimizer } from '../../../src/train/optimizer/optimizers';
import { VariableOptimizer } from '../../../src/train/optimizer/variable-optimizer';
import { goldenSteps, tinyConfig, tinyTags, tinyWeights } from '../../reference/tiny-bert';
import { seededNumbers } from '../../reference/seeded-numbers';
import DeafThread from './deaf-thread.worker?worker';
import { useBackend } from '../../reference/use-backend';

/** Trains a tiny BERT with dropout; tells each loss. */
async function* steps(count: number, model: Model): AsyncGenerator<number> {
  const { parameters } = model;
  const adamw = chooseOptimizer(parameters.keys(), { weightDecay: 0.01 });
  const optimizer = new VariableOptimizer(parameters, adamw);
  const golden = goldenSteps();
  for (let step = 0; step < count; step++) {
    const dropout = { seed: 4, step };
    const part = lossAndGradients(model, { ...golden[step % golden.length]!, dropout });
    const { factor } = await measureGradients(part.gradients, 1);
    optimizer.step(part.gradients, { learningRate: 1e-2, clipNorm: 1 }, factor);
    disposeGradients(part.gradients);
    const [loss] = await part.loss.data<'float32'>();
    part.loss.dispose();
    yield loss!;
  }
  optimizer.dispose();
}

/** Losses and final weights of a few steps. */
async function train(threads: number, build: 'relaxed' | 'plain') {
  await useBackend('wasm', threads, build);
  const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
  const losses: number[] = [];
  for await (const loss of steps(9, model)) losses.push(loss);
  const weights = Object.fromEntries(
    [...(await model.weights())].map(([key, { data }]) => [key, data]),
  );
  model.dispose();
  return { losses, weights };
}

describe.each(['relaxed', 'plain'] as const)('training on %s kernels', (build) => {
  test('is bit for bit the same with 1, 2 and 4 threads, and from run to run', async () => {
    const alone = await train(1, build);
    expect(alone.losses.at(-3)).toBeLessThan(alone.losses[0]!);
    for (const threads of [1, 2, 4]) expect(await train(threads, build)).toEqual(alone);
  });
});

test('500 steps leave neither a tensor nor a byte of the heap behind', async () => {
  await useBackend('wasm', 2);
  const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
  const held: string[] = [];
  for await (const loss of steps(500, model)) {
    expect(loss).not.toBeNaN();
    const { bytes, tensors } = currentEngine().measureMemory();
    held.push(`${bytes} bytes, ${tensors} tensors`);
  }
  expect(new Set(held.slice(20)).size).toBe(1);
  model.dispose();
});

describe('the pool', () => {
  test('loses no task and does none twice in many short jobs', async () => {
    await useBackend('wasm', 4);
    const pool = currentPool();
    const count = 5 * 8192 + 3; // six tasks
    const address = pool.heap.allocate(4 * count);
    const numbers = () => new Float32Array(pool.heap.memory.buffer, address, count);
    numbers().fill(1);
    const one = pool.heap.allocate(4 * count);
    new Float32Array(pool.heap.memory.buffer, one, count).fill(1);
    for (let job = 0; job < 3000; job++) {
      pool.run('add', 6, [address, one, address, count]);
      if (job % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 2)); // threads fall asleep
    }
    expect(new Set(numbers())).toEqual(new Set([3001]));
    pool.heap.free(address);
    pool.heap.free(one);
  });

  test('tells which build it runs, and takes the fused one where it validates', async () => {
    await useBackend('wasm', 1, 'relaxed');
    const fuses = currentPool().kernels.fuses() !== 0;
    await useBackend('wasm', 1);
    expect(currentPool().build).toBe(fuses ? 'relaxed' : 'plain');
    await useBackend('wasm', 1, 'plain');
    expect(currentPool().build).toBe('plain');
    expect(currentPool().kernels.fuses()).toBe(0);
  });

  test('without a shared memory, one thread gives the same numbers', async () => {
    const [rows, inner, columns] = [29, 37, 19];
    const sum = async (memory: WebAssembly.Memory, threads: number) => {
      let end = 0;
      const allocate = (bytes: number) =>
        (end += 16 * Math.ceil(bytes / 16)) - 16 * Math.ceil(bytes / 16);
      const pool = await KernelPool.start({ memory, allocate, free: () => undefined }, threads);
      const place = (numbers: Float32Array) => {
        const address = allocate(4 * numbers.length);
        new Float32Array(memory.buffer, address, numbers.length).set(numbers);
        return address;
      };
      const [a, b] = [
        place(seededNumbers(rows * inner, 1)),
        place(seededNumbers(inner * columns, 2)),
      ];
      const c = allocate(4 * rows * columns);
      const strides = [a, 0, 4 * inner, 4, b, 0, 4 * columns, 4, c];
      const numbers = [...strides, rows, columns, inner, threads, 1, 0, 0, 0];
      pool.run('multiply', threads, numbers, pool.kernels.matmulScratchBytes(rows, inner));
      pool.dispose();
      return Array.from(new Float32Array(memory.buffer, c, rows * columns));
    };
    const size = { initial: 16, maximum: 32 };
    const shared = await sum(new WebAssembly.Memory({ ...size, shared: true }), 2);
    expect(await sum(new WebAssembly.Memory(size), 1)).toEqual(shared);
    expect(shared.every(Number.isFinite) && shared.some((x) => x !== 0)).toBe(true);
  });

  test('goes on with fewer threads where one does not start in time, and says so', async () => {
    const memory = new WebAssembly.Memory({ initial: 16, maximum: 32, shared: true });
    let end = 0;
    const allocate = (bytes: number) => (end += 16 * Math.ceil(bytes / 16)) - bytes;
    const stages: string[] = [];
    let made = 0;
    const pool = await KernelPool.start({ memory, allocate, free: () => undefined }, 4, {
      onStage: (stage) => stages.push(stage),
      threadLimitMs: 2000,
      makeThread: () => (++made === 2 ? new DeafThread() : new PoolThread()),
    });
    onTestFinished(() => pool.dispose());
    expect(stages).toEqual([
      'Loading the kernels',
      'Starting thread 2 of 4',
      'Starting thread 3 of 4',
    ]);
    expect(pool.threads).toBe(2);
    expect(pool.shortfall).toBe(
      'It has 2 of 4 threads, because one did not start. Starting thread 3 of 4: not done within 2 seconds, and so given up; the others do its work.',
    );
    new Float32Array(memory.buffer).fill(1);
    pool.run('add', 6, [0, 4 * 50_000, 0, 5 * 8192 + 3]);
    expect(new Set(new Float32Array(memory.buffer, 0, 5 * 8192 + 3))).toEqual(new Set([2]));
  });

  test('a heap above 2 GB is addressed without a sign', async () => {
    await useBackend('wasm', 2);
    const { heap } = currentPool();
    const blocks = Array.from({ length: 9 }, () => heap.allocate(256 << 20));
    expect(Math.max(...blocks)).toBeGreaterThan(2 ** 31);
    const x = tf.ones([64, 64]);
    const product = tf.matMul(x, x);
    expect(currentPool().heap.memory.buffer.byteLength).toBeGreaterThan(2 ** 31);
    expect(new Set(await product.data())).toEqual(new Set([64]));
    blocks.forEach((block) => heap.free(block));
    tf.dispose([x, product]);
    await useBackend('wasm', 1); // the heap never shrinks: the tests after this one get a new one
  });
});
