import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { describe, expect, onTestFinished, test } from 'vitest';
import { selectBackend } from '../../src/engine/start-engine';
import { GpuFault } from '../../src/engine/webgpu/device/gpu-fault';
import { currentEngine } from '../../src/engine/engine';

describe('choosing a backend', () => {
  test('a software adapter alone leads to WASM, with the reason', async () => {
    const report = await selectBackend('auto');
    expect(report.backend).toBe('wasm');
    expect(report.reason).toMatch(/^The only WebGPU adapter, .*SwiftShader.*, is software\./i);
    expect(tf.getBackend()).toBe('wasm');
  });

  test('WASM runs as many threads as asked for', async () => {
    for (const threads of [2, 1]) {
      const report = await selectBackend('wasm', { threads });
      expect(report).toMatchObject({
        backend: 'wasm',
        threads,
        device: threads === 1 ? '1 thread' : '2 threads',
      });
      const product = tf.matMul(tf.ones([67, 33]), tf.ones([33, 41]));
      expect(new Set(await product.data())).toEqual(new Set([33]));
      product.dispose();
    }
  });

  test('no worker is made but the threads asked for: tfjs would make eight of its own', async () => {
    const made: string[] = [];
    const { Worker } = globalThis;
    globalThis.Worker = class extends Worker {
      constructor(url: string | URL, options?: WorkerOptions) {
        super(url, options);
        made.push(String(url));
      }
    };
    onTestFinished(() => {
      globalThis.Worker = Worker;
    });
    await selectBackend('wasm', { threads: 3 });
    expect(made).toHaveLength(2);
    for (const url of made) expect(url).toContain('pool-thread');
  });

  test('the software adapter is taken by its own name only', async () => {
    await expect(selectBackend('webgpu')).rejects.toThrow(
      /software; choose auto, or webgpu-software/,
    );
    const report = await selectBackend('webgpu-software');
    expect(report.backend).toBe('webgpu');
    expect(await tf.add(1, 2).data()).toEqual(new Float32Array([3]));
  });

  test('a device has the real limits of its adapter', async () => {
    await selectBackend('webgpu-software');
    const adapter = await navigator.gpu.requestAdapter();
    const { limits } = (tf.backend() as WebGPUBackend).device;
    expect(limits.maxStorageBufferBindingSize).toBe(adapter!.limits.maxStorageBufferBindingSize);
    expect(limits.maxStorageBuffersPerShaderStage).toBe(
      adapter!.limits.maxStorageBuffersPerShaderStage,
    );
  });

  test('going back to a backend keeps its tensors', async () => {
    await selectBackend('webgpu-software');
    const onGpu = tf.tensor1d([1, 2, 3]);
    await selectBackend('wasm', { threads: 2 });
    await selectBackend('webgpu-software');
    expect(await onGpu.data()).toEqual(new Float32Array([1, 2, 3]));
  });

  test.each([
    {
      kind: 'lost',
      fail: (device: GPUDevice) => device.destroy(),
    },
    {
      kind: 'out-of-memory',
      fail: (device: GPUDevice) =>
        device.dispatchEvent(
          new GPUUncapturedErrorEvent('uncapturederror', {
            error: new GPUOutOfMemoryError('no room for 4 GB'),
          }),
        ),
    },
    {
      kind: 'refused',
      fail: (device: GPUDevice) => device.createShaderModule({ code: 'no WGSL' }),
    },
  ])('a GPU that is $kind is told once, and the next choice opens another', async (fault) => {
    const told: GpuFault[] = [];
    await selectBackend('webgpu-software', { onFault: (fault) => told.push(fault) });
    const { device } = tf.backend() as WebGPUBackend;
    const tensor = tf.square(tf.tensor1d([1, 2, 3]));
    fault.fail(device);
    await expect(tensor.data()).rejects.toThrow(GpuFault);
    await expect(tf.square(tensor).data()).rejects.toThrow(GpuFault);
    expect(told.map(({ kind }) => kind)).toEqual([fault.kind]);
    await selectBackend('webgpu-software');
    expect((tf.backend() as WebGPUBackend).device === device).toBe(false);
    expect(await tf.add(1, 2).data()).toEqual(new Float32Array([3]));
    expect(told).toHaveLength(1);
  });

  test('more threads than there is work for are not started', async () => {
    const report = await selectBackend('wasm', { threads: 64 });
    expect(report.threads).toBe(16);
    expect(await tf.sum(tf.matMul(tf.ones([64, 64]), tf.ones([64, 64]))).data()).toEqual(
      new Float32Array([64 ** 3]),
    );
  });

  test('a full WASM heap is an error, not a tensor over another', async () => {
    await selectBackend('wasm', { threads: 1 });
    const backend = tf.backend() as BackendWasm;
    const gigabytes: tf.TensorInfo[] = []; // asked for, never touched
    expect(() => {
      for (let i = 0; i < 5; i++) gigabytes.push(backend.makeOutput([2 ** 28], 'float32'));
    }).toThrow('The WASM heap has no room for 1073741824 more bytes');
    for (const { dataId } of gigabytes) backend.disposeData(dataId);
    await selectBackend('wasm', { threads: 2 });
  });

  test('the memory in use is at least that of the tensors', async () => {
    for (const choice of ['wasm', 'webgpu-software'] as const) {
      await selectBackend(choice, { threads: 2 });
      const before = currentEngine().measureMemory();
      const tensor = tf.ones([1000, 1000]);
      const held = tf.mul(tensor, 2);
      const { bytes, tensorBytes, tensors } = currentEngine().measureMemory();
      expect(tensors).toBe(before.tensors + 2);
      expect(tensorBytes).toBeGreaterThanOrEqual(before.tensorBytes + 8_000_000);
      expect(bytes).toBeGreaterThanOrEqual(4_000_000);
      tf.dispose([tensor, held]);
    }
  });
});
