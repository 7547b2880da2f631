import * as tf from '@tensorflow/tfjs-core';
import type { Engine } from '../../engine';
import type { GpuBackend } from './gpu-backend';
import type { BufferPool } from './tfjs-insides';

/** Makes the engine of a GPU's backend. */
export function createGpuEngine(backend: GpuBackend): Engine {
  const { device, adapter, queue } = backend.gpu;
  return {
    name: 'webgpu',
    traits: {
      replaysSteps: true,
      sumsByOccurrence: true,
      hasHalfPrecision: device.features.has('shader-f16'),
      adapter,
      largestBufferBytes: device.limits.maxBufferSize,
    },
    measureMemory() {
      const { numBytes, numTensors, ...rest } = tf.memory();
      const { numBytesAllocatedInGPU } = rest as { numBytesAllocatedInGPU?: number };
      return { bytes: numBytesAllocatedInGPU!, tensorBytes: numBytes, tensors: numTensors };
    },
    releaseUnusedMemory() {
      queue.flush();
      const pool = backend.bufferManager as unknown as BufferPool;
      for (const buffers of pool.freeBuffers.values()) {
        for (const buffer of buffers.splice(0)) {
          pool.numFreeBuffers--;
          pool.numBytesAllocated -= buffer.size;
          buffer.destroy();
        }
      }
    },
  };
}
