import { beforeEach, expect, test } from 'vitest';
import type { BackendReport } from '../../../src/engine/start-engine';
import { gpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import { estimateRun } from '../../../src/jobs/run/estimate-run';
import { planMemory, rememberShortage } from '../../../src/jobs/device/memory-plan';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { RunControl } from '../../../src/train/run-control';
import { bertBase } from '../../reference/model-shapes';
import { useBackend } from '../../reference/use-backend';
import { openFresh } from '../../storage/fresh-database';
import { stockDatabase } from '../small-studio';

let backend: BackendReport;
beforeEach(async () => {
  backend = await useBackend('webgpu');
});

const pieceIds = new Set(Array.from({ length: 20_000 }, (_, id) => id));
const size = {
  ...{ config: bertBase, tagCount: 9, maxPieces: 128, pieceIds },
  precision: 'f32',
} as const;

test('a GPU that nothing is known of is taken to have 4 GB, or four of its largest buffers', async () => {
  const { budget } = await planMemory(await openFresh(), { backend }, size);
  const fourBuffers = 4 * gpuBackend().gpu.device.limits.maxBufferSize;
  expect(budget).toEqual({ bytes: Math.min(4e9, fourBuffers), from: 'assumed' });
});

test('after a shortage less is taken; what the person states outweighs it', async () => {
  const database = await openFresh();
  const wide = await planMemory(database, { backend, memoryBytes: 20e9 }, size);
  expect(wide.budget).toEqual({ bytes: 20e9, from: 'stated' });
  expect(wide.microBatchPieces).toBe(512);
  const takes = (pieces: number) => wide.estimate(pieces).peakBytes;

  const { adapter } = gpuBackend().gpu;
  await rememberShortage(database, adapter, takes(512), takes(256));
  const half = await planMemory(database, { backend }, size);
  const next = Math.min(takes(256), 0.9 * takes(512));
  expect(half.budget).toEqual({ bytes: next, from: 'ran-out' });
  expect(takes(half.microBatchPieces)).toBeLessThanOrEqual(next);

  // Fewer pieces save little here, and fewer are tried all the same.
  await rememberShortage(database, adapter, takes(64), takes(64));
  const least = await planMemory(database, { backend }, size);
  expect(least.budget.bytes).toBeCloseTo(0.9 * takes(64), 0);
  expect(least.microBatchPieces).toBe(64);
  const stated = await planMemory(database, { backend, memoryBytes: 20e9 }, size);
  expect(stated.budget.from).toBe('stated');
});

test('a heap of WebAssembly has 4 GB, and the embeddings of the pieces with 256 spare ones', async () => {
  const wasm = await useBackend('wasm');
  const { budget, estimate } = await planMemory(await openFresh(), { backend: wasm }, size);
  expect(budget).toEqual({ bytes: 4e9, from: 'heap' });
  // Weights, two moments and two gradients, and a quarter more.
  const parameters = 109_482_240 - 590_592 - (30_522 - 20_256) * 768 + 9 * 769;
  expect(estimate(64).modelBytes).toBe(1.25 * 5 * 4 * parameters);
});

test('a run that does not fit is told so, and is not measured; one that fits is', async () => {
  const database = await openFresh();
  const maxPieces = 24;
  const stock = await stockDatabase(database, maxPieces);
  const request = { name: 'letters', ...stock, recipe: { ...DEFAULT_RECIPE, maxPieces } };
  const estimate = (memoryBytes: number) => {
    const device = { backend, memoryBytes, measureMemory: () => 0 };
    return estimateRun({ database, device, control: new RunControl() }, request, new Map());
  };

  const tight = await estimate(1e5);
  expect(tight.time).toBeUndefined();
  expect(tight.memoryBudget).toEqual({ bytes: 1e5, from: 'stated' });
  expect(tight.modelBytes).toBeGreaterThan(1e5);
  expect(tight.memoryBytes).toBeGreaterThan(tight.modelBytes);

  const wide = await estimate(2 * tight.memoryBytes);
  expect(wide.memoryBytes).toBeLessThanOrEqual(wide.memoryBudget.bytes);
  expect(wide.time!.secondsPerEpoch).toBeGreaterThan(0);
  expect(wide.time!.seconds).toBeCloseTo(DEFAULT_RECIPE.epochs * wide.time!.secondsPerEpoch, 9);
});
