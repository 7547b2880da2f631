import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { FlatAdamw } from '../../../../src/engine/webgpu/parameters/flat-adamw';
import { FlatBuffer } from '../../../../src/engine/webgpu/parameters/flat-buffer';
import { gpuBackend } from '../../../../src/engine/webgpu/device/gpu-backend';
import { StepResults } from '../../../../src/engine/webgpu/capture/step-results';
import { seededNumbers } from '../../../reference/seeded-numbers';
import { useBackend } from '../../../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

/** More than the 16384 vectors that lanes take in turn, and sizes that end inside a turn. */
const shapes = new Map([
  ['table', [401, 67]],
  ['scale', [33]],
  ['wide', [260, 260]],
  ['narrow', [3, 77]],
]);

/** A step from weights and gradients of a formula, in buffers of at most so many bytes; with the norm and the new weights. */
async function step(largestBuffer: number) {
  const backend = gpuBackend();
  const real = backend.gpu.memory.largestBuffer;
  backend.gpu.memory.largestBuffer = largestBuffer;
  onTestFinished(() => void (backend.gpu.memory.largestBuffer = real));
  const parameters = new FlatBuffer(backend, shapes, 'parameters');
  const results = new StepResults(backend.gpu);
  const optimizer = new FlatAdamw(backend, parameters, results, [...shapes.keys()], () => true);
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
    const decisions = {
      ...{ learningRate: 1e-2, weightDecay: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      ...{ beta1Power: 0.9, beta2Power: 0.999 },
    };
    optimizer.append(encoder, decisions, 1);
    results.copy(encoder);
  });
  const { norm } = await results.read();
  const weights = await parameters.read();
  const { buffers } = parameters;
  for (const each of [optimizer, results, parameters]) each.dispose();
  return { buffers: buffers.length, gradients, norm, weights };
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
  }
});

test('a tensor that is larger than any buffer is named, with the way out', () => {
  const backend = gpuBackend();
  const tooLarge = new Map([['table', [backend.gpu.memory.largestBuffer / 4 + 1]]]);
  expect(() => new FlatBuffer(backend, tooLarge, 'parameters')).toThrow(
    /^table: \d+ bytes, but this GPU takes at most \d+ in a buffer; choose a smaller encoder, or the CPU by \?backend=wasm\.$/,
  );
});
