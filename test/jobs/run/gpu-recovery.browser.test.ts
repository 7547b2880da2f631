import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { selectBackend } from '../../../src/engine/start-engine';
import { gpuBackend, type GpuBackend } from '../../../src/engine/webgpu/device/gpu-backend';
import { startRun } from '../../../src/jobs/run/train-run';
import type { RunEvent } from '../../../src/protocol/train-calls';
import type { Precision } from '../../../src/recipe/precision';
import { findAdapterRecord } from '../../../src/storage/adapters';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { RunControl } from '../../../src/train/run-control';
import { openFresh } from '../../storage/fresh-database';
import { stockDatabase } from '../small-studio';

const maxPieces = 24;

/** Trains on the software GPU, and lets it fail whenever `fail` says so; with what the run told. */
async function train(
  fail?: (device: GPUDevice, step: number, faults: number) => void,
  precision: Precision = 'f32',
  frozenLayers = 0,
) {
  const database = await openFresh();
  const stock = await stockDatabase(database, maxPieces);
  const told: string[] = [];
  let faults = 0;
  let rooms = 0;
  /** From a fault being told to the next step. */
  let recoveryMs = 0;
  let toldAt = 0;
  const start = () => selectBackend('webgpu-software', { onFault: () => faults++ });
  const onEvent = (event: RunEvent) => {
    if (event.kind === 'room') rooms++;
    if (event.kind === 'gpu-fault') {
      told.push(event.message);
      toldAt = performance.now();
    }
    if (event.kind === 'step' && toldAt > 0) {
      recoveryMs = performance.now() - toldAt;
      toldAt = 0;
    }
    if (event.kind === 'step') fail?.((tf.backend() as GpuBackend).device, event.step, faults);
  };
  const recipe = {
    ...DEFAULT_RECIPE,
    ...{ epochs: 2, batchSize: 8, learningRate: 3e-3, maxPieces, frozenLayers },
  };
  const backend = await start();
  const run = await startRun(
    {
      ...{ database, control: new RunControl(), onEvent, microBatchPieces: 256 },
      device: {
        ...{ backend, restart: start, measureMemory: () => 0 },
        choosePrecision: () => Promise.resolve(precision),
      },
    },
    { name: 'on a GPU', ...stock, recipe },
  );
  const remembered = await findAdapterRecord(database, gpuBackend().gpu.adapter);
  return { run, told, faults, rooms, recoveryMs, remembered };
}

/** An undisturbed run in f32, trained once for all tests: each new device compiles every kernel again. */
let undisturbedRun: ReturnType<typeof train> | undefined;
const trainUndisturbed = () => (undisturbedRun ??= train());

/** Fails once, in the middle of the second epoch. */
const inTheSecondEpoch =
  (steps: number, fail: (device: GPUDevice) => void) =>
  (device: GPUDevice, step: number, faults: number) => {
    if (faults === 0 && step === steps - 1) fail(device);
  };

test(
  'a run on a GPU that is lost, or has no memory left, goes on from its last checkpoint to the same end',
  { timeout: 240_000 },
  async () => {
    const { run: undisturbed, told } = await trainUndisturbed();
    expect(undisturbed.failure).toBeUndefined();
    expect(told).toEqual([]);

    const lost = await train(inTheSecondEpoch(undisturbed.steps, (device) => device.destroy()));
    expect(lost.run.failure).toBeUndefined();
    expect(lost.told).toEqual(['The GPU was lost; the run goes on from its last checkpoint.']);
    expect(lost.recoveryMs).toBeGreaterThan(0);
    expect(lost.recoveryMs).toBeLessThan(15_000);
    expect([...lost.run.losses]).toEqual([...undisturbed.losses]);
    expect(lost.run.epochs).toEqual(undisturbed.epochs);
    expect(lost.remembered).toBeUndefined();

    const full = await train(
      inTheSecondEpoch(undisturbed.steps, (device) =>
        device.dispatchEvent(
          new GPUUncapturedErrorEvent('uncapturederror', {
            error: new GPUOutOfMemoryError('no room for 4 GB'),
          }),
        ),
      ),
    );
    expect(full.run.failure).toBeUndefined();
    // Later runs on this adapter keep to what was tried next.
    expect(full.remembered?.memoryBytes).toBeGreaterThan(1e5);
    expect(full.told).toEqual([
      'The GPU ran out of memory; the run goes on from its last checkpoint, 128 pieces at once. Its steps stay the same.',
    ]);
    // Sums in another order.
    full.run.losses.forEach((loss, i) => expect(loss).toBeCloseTo(undisturbed.losses[i]!, 3));
  },
);

test(
  'a GPU that fails again and again ends the run after the third new device, and says why',
  { timeout: 240_000 },
  async () => {
    // Both layers are frozen: four devices compile no kernel of their gradients, which these faults come before.
    const { run, told, faults, rooms } = await train((device) => device.destroy(), 'f32', 2);
    expect(run.state).toBe('failed');
    expect(run.failure).toMatch(/./);
    expect(told).toHaveLength(3);
    expect(faults).toBe(4);
    expect(rooms).toBe(1); // held from the first device to the last
  },
);

test(
  'a run in half precision learns as one in f32 does, and goes on in it after a loss',
  { timeout: 240_000 },
  async () => {
    const { run: whole } = await trainUndisturbed();
    const { run: half } = await train(undefined, 'f16');
    expect(half.failure).toBeUndefined();
    expect([whole.precision, half.precision]).toEqual([undefined, 'f16']);
    expect(whole.backend).toMatch(/^WebGPU, [^,]+$/u);
    expect(half.backend).toBe(`${whole.backend}, half precision`);
    expect([...half.losses]).not.toEqual([...whole.losses]);
    half.losses.forEach((loss, i) => expect(loss / whole.losses[i]!).toBeCloseTo(1, 1));
    const lost = await train(
      inTheSecondEpoch(half.steps, (device) => device.destroy()),
      'f16',
    );
    expect(lost.told).toHaveLength(1);
    expect([...lost.run.losses]).toEqual([...half.losses]);
    expect(lost.run.backend).toBe(half.backend);
  },
);
