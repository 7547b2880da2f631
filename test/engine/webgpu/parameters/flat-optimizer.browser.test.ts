import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { defineUpdateKernel } from '../../../../src/engine/webgpu/kernels/optimizer';
import { FlatOptimizer } from '../../../../src/engine/webgpu/parameters/flat-optimizer';
import { FlatBuffer } from '../../../../src/engine/webgpu/parameters/flat-buffer';
import { gpuBackend } from '../../../../src/engine/webgpu/device/gpu-backend';
import { StepResults } from '../../../../src/engine/webgpu/capture/step-results';
import { seededNumbers } from '../../../reference/seeded-numbers';
import { useBackend } from '../../../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

const CLIP_NORM = 1;

/** More than the 16384 vectors that lanes take in turn, and sizes that end inside a turn. */
const shapes = new Map([
  ['table', [401, 67]],
  ['scale', [33]],
  ['wide', [260, 260]],
  ['narrow', [3, 77]],
]);

/** Gradient descent with momentum: the smallest rule that has a slot. */
const rule = {
  kind: 'momentum',
  slots: ['velocity'],
  kernel: defineUpdateKernel({
    name: 'momentum',
    slots: ['velocity'],
    constants: ['rate'],
    code: `
    velocity[i] += g;
    parameters[i] -= numbers.rate * velocity[i];`,
  }),
};
/** Neither group lies in one piece. */
const groups = [
  { keys: ['table', 'wide'], rate: 0.5 },
  { keys: ['scale', 'narrow'], rate: -0.25 },
];

/** A step from weights and gradients of a formula, in buffers of at most so many bytes; with the norm and the new weights. */
async function step(largestBuffer: number) {
  const backend = gpuBackend();
  const real = backend.gpu.memory.largestBuffer;
  backend.gpu.memory.largestBuffer = largestBuffer;
  onTestFinished(() => void (backend.gpu.memory.largestBuffer = real));
  const parameters = new FlatBuffer(backend, shapes, 'parameters');
  const results = new StepResults(backend.gpu);
  const optimizer = new FlatOptimizer(
    backend,
    parameters,
    results,
    rule,
    groups.map(({ keys }) => keys),
  );
  const gradients = [...shapes].map(([key, shape], i) => {
    const numbers = seededNumbers(
      shape.reduce((a, b) => a * b, 1),
      i + 1,
    );
    parameters.write(key, numbers.toReversed());
    optimizer.gradients.write(key, numbers);
    return numbers;
  });
  backend.gpu.queue.submit((encoder) => {
    const constants = groups.map(({ rate }) => ({ rate }));
    optimizer.append(encoder, constants, CLIP_NORM);
    results.copy(encoder);
  });
  const { norm } = await results.read();
  const weights = await parameters.read();
  const velocity = await optimizer.slots.get('velocity')!.read();
  const { buffers } = parameters;
  for (const each of [optimizer, results, parameters]) each.dispose();
  return { buffers: buffers.length, gradients, norm, weights, velocity };
}

test('the norm is that of all gradients, and neither it nor a weight depends on where buffers end', async () => {
  const whole = await step(1e6);
  expect(whole.buffers).toBe(1);
  const squares = whole.gradients.flatMap((numbers) => Array.from(numbers, (x) => x * x));
  const exact = Math.sqrt(squares.reduce((a, b) => a + b, 0));
  // 95 thousand squares, in 16384 sums: some units of f32's 6e-8.
  expect(Math.abs(whole.norm / exact - 1)).toBeLessThan(1e-6);
  for (const [largest, buffers] of [
    [300_000, 2],
    [271_000, 3],
  ] as const) {
    const sharded = await step(largest);
    expect(sharded.buffers).toBe(buffers);
    expect(sharded.norm).toBe(whole.norm);
    expect(sharded.weights).toEqual(whole.weights);
    expect(sharded.velocity).toEqual(whole.velocity);
  }
});

test('each parameter moves by the constants of its group, against its clipped gradient', async () => {
  const { gradients, norm, weights, velocity } = await step(1e6);
  [...shapes.keys()].forEach((key, index) => {
    const { rate } = groups.find(({ keys }) => keys.includes(key))!;
    const start = gradients[index]!.toReversed();
    const clipped = gradients[index]!.map((number) => (number * CLIP_NORM) / norm);
    // f32 rounds the gradient's factor and the sum: some units of 6e-8, of numbers about 1.
    const apart = (found: Float32Array, expected: Float32Array) =>
      Math.max(...found.map((number, i) => Math.abs(number - expected[i]!)));
    expect(apart(velocity.get(key)!, clipped), key).toBeLessThan(1e-6);
    const moved = start.map((number, i) => number - rate * clipped[i]!);
    expect(apart(weights.get(key)!, moved), key).toBeLessThan(1e-6);
  });
});

test('a tensor that is larger than any buffer is named, with the way out', () => {
  const backend = gpuBackend();
  const tooLarge = new Map([['table', [backend.gpu.memory.largestBuffer / 4 + 1]]]);
  expect(() => new FlatBuffer(backend, tooLarge, 'parameters')).toThrow(
    /^table: \d+ bytes, but this GPU takes at most \d+ in a buffer; choose a smaller encoder, or the CPU by \?backend=wasm\.$/,
  );
});
