import * as tf from '@tensorflow/tfjs-core';
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { StockTrainer } from './stock-bert';
import { randomWeights } from './train-cpu-messages';
import { serveGpu, watchDevice } from './train-webgpu-messages';

const seen = watchDevice();
let trainer: StockTrainer;

serveGpu({
  async start({ config, backend }) {
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
    if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
    tf.registerBackend('webgpu', () => new WebGPUBackend(device, found.info));
    await tf.setBackend('webgpu');
    trainer = new StockTrainer(config, randomWeights(config));
  },
  async step(batch) {
    const before = seen.dispatches;
    const started = performance.now();
    const loss = await trainer.step(batch, 5e-5);
    const ms = performance.now() - started;
    return { ms, loss, gpuBytes: seen.bytes, dispatches: seen.dispatches - before };
  },
});
