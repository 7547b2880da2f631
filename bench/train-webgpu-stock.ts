import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { StockTrainer } from './stock-bert';
import { randomWeights, type BenchBatch } from './train-cpu-messages';
import {
  watchDevice,
  type GpuPeer,
  type GpuStartRequest,
  type GpuStepReply,
} from './train-webgpu-messages';

/** tfjs-webgpu as published, with its own ops. To be made before a device is. */
export class StockPeer implements GpuPeer {
  readonly #seen = watchDevice();
  #trainer: StockTrainer | undefined;
  #refusal: string | undefined;

  async start({ config, backend }: GpuStartRequest): Promise<void> {
    const software = backend === 'webgpu-software';
    const adapter = await navigator.gpu.requestAdapter({ forceFallbackAdapter: software });
    const found = adapter ?? (await navigator.gpu.requestAdapter());
    if (!found) throw new Error('Expected a WebGPU adapter.');
    const { maxBufferSize, maxStorageBufferBindingSize } = found.limits;
    const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = found.limits;
    const device = await found.requestDevice({
      requiredLimits: {
        ...{ maxBufferSize, maxStorageBufferBindingSize },
        ...{ maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup },
      },
    });
    device.addEventListener('uncapturederror', ({ error }) => (this.#refusal ??= error.message));
    if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, found.info));
    await tf.setBackend('webgpu');
    this.#trainer = new StockTrainer(config, randomWeights(config));
  }

  async step(batch: BenchBatch): Promise<GpuStepReply> {
    const seen = this.#seen;
    const before = seen.dispatches;
    const started = performance.now();
    const step = this.#trainer!.step(batch, 5e-5); // reads once, when all is submitted
    const jsMs = performance.now() - started;
    const loss = await step;
    const ms = performance.now() - started;
    if (this.#refusal !== undefined) throw new Error(`The GPU refused work: ${this.#refusal}`);
    return { ms, jsMs, loss, gpuBytes: seen.bytes, dispatches: seen.dispatches - before };
  }
}
