import * as tf from '@tensorflow/tfjs-core';
import { test } from 'vitest';
import { selectBackend, type BackendChoice } from '../src/engine/start-engine';
import { LinearTimer, type LinearProduct } from '../src/engine/webgpu/products/linear-timer';
import { planLinear, planLinearGradient } from '../src/engine/webgpu/products/linear';
import { measureTiles } from '../src/engine/webgpu/products/measure-tiles';
import { gpuBackend } from '../src/engine/webgpu/device/gpu-backend';
import type { GpuDevice } from '../src/engine/webgpu/device/gpu-device';
import { TILE_FORM_NAMES } from '../src/engine/webgpu/device/tile-choice';
import {
  forms as products,
  from,
  productOperations,
  rows,
  to,
  type Form,
} from './matmul-cpu-messages';
import { median } from './median';

// The three products of a linear layer on WebGPU, by each form of ours and by tfjs.
//
// VITE_WEBGPU=webgpu takes a real GPU; webgpu-software, which is what runs without it, takes the software adapter: its figures say nothing of
// a GPU.
const choice = (import.meta.env['VITE_WEBGPU'] ?? 'webgpu-software') as BackendChoice;
const [ROUNDS, TIMES] = choice === 'webgpu-software' ? [3, 1] : [7, 50];

const ours: Record<Form, LinearProduct> = { NN: 'y', NT: 'dx', TN: 'dW' };

/** tfjs' products of tensors on the device; milliseconds of one, from the call until the device is done. */
function startTfjs({ device, queue }: GpuDevice): (product: Form) => Promise<number> {
  const x = tf.ones<tf.Rank.R2>([rows, from]);
  const w = tf.ones<tf.Rank.R2>([from, to]);
  const dy = tf.ones<tf.Rank.R2>([rows, to]);
  const multiply: Record<Form, () => tf.Tensor> = {
    NN: () => tf.matMul(x, w),
    NT: () => tf.matMul(dy, w, false, true),
    TN: () => tf.matMul(x, dy, true, false),
  };
  return async (product) => {
    const started = performance.now();
    for (let i = 0; i < TIMES; i++) multiply[product]().dispose();
    queue.flush();
    await device.queue.onSubmittedWorkDone();
    return (performance.now() - started) / TIMES;
  };
}

test(`matrix products of ${rows} × ${from} × ${to} on ${choice}`, async () => {
  const { device } = await selectBackend(choice);
  const { gpu } = gpuBackend();
  const cold = await measureTiles(gpu);
  const lines = [`${device}: ${JSON.stringify(cold.choice)} in ${cold.elapsedMs.toFixed(0)} ms`];
  const shape = { rows, inner: from, columns: to, parts: 1 };
  for (const form of TILE_FORM_NAMES) {
    const started = performance.now();
    const plans = [planLinear(form, shape), planLinearGradient(form, shape)];
    await gpu.pipelines.prepare(plans.map(({ kernel }) => kernel));
    lines.push(`  compiling ${form}: ${(performance.now() - started).toFixed(0)} ms`);
  }
  const timer = new LinearTimer(gpu, shape);
  const peers = new Map<string, (product: Form) => Promise<number>>();
  for (const form of TILE_FORM_NAMES)
    peers.set(form, (product) => timer.time(form, ours[product], TIMES));
  peers.set('tfjs', startTfjs(gpu));
  const ms = new Map(Array.from(peers.keys(), (name) => [name, { NN: [], NT: [], TN: [] }]));
  // They take turns; the first is not counted.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [name, multiply] of peers) {
      for (const product of products) {
        const elapsed = await multiply(product);
        if (round > 0) (ms.get(name)![product] as number[]).push(elapsed);
      }
    }
  }
  timer.dispose();
  gpu.queue.faults.expectNone();
  for (const [name, times] of ms) {
    const rates = products.map((product) => productOperations / median(times[product]) / 1e6);
    const cells = rates.map((rate, i) => `${products[i]} ${rate.toFixed(1)}`);
    lines.push(`  GFLOPS of ${name}: ${cells.join(', ')}`);
  }
  const warm = await measureTiles(gpu);
  lines.push(`measured again, all compiled: ${warm.elapsedMs.toFixed(0)} ms`);
  console.log(lines.join('\n'));
});
