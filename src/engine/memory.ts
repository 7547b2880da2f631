import * as tf from '@tensorflow/tfjs-core';
import { currentPool } from './wasm/pool/kernel-pool';
import { GpuBackend } from './webgpu/device/gpu-backend';
import type { BufferPool } from './webgpu/device/tfjs-insides';

/** What the backend in use holds. */
export interface MemoryUse {
  /** Of the WASM heap, which never shrinks, or of all GPU buffers, those kept for reuse included; of the tensors on `cpu`. */
  bytes: number;
  tensorBytes: number;
  tensors: number;
}

export function measureMemory(): MemoryUse {
  const { numBytes, numTensors, ...rest } = tf.memory();
  const gpuBytes = (rest as { numBytesAllocatedInGPU?: number }).numBytesAllocatedInGPU;
  const bytes =
    tf.getBackend() === 'wasm'
      ? currentPool().heap.memory.buffer.byteLength
      : (gpuBytes ?? numBytes);
  return { bytes, tensorBytes: numBytes, tensors: numTensors };
}

/** Gives back what a GPU's backend keeps for tensors of the same sizes, after work whose sizes will not come again. */
export function releaseUnusedMemory(): void {
  const backend = tf.backend();
  if (!(backend instanceof GpuBackend)) return;
  backend.flush();
  const pool = backend.bufferManager as unknown as BufferPool;
  for (const buffers of pool.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      pool.numFreeBuffers--;
      pool.numBytesAllocated -= buffer.size;
      buffer.destroy();
    }
  }
}
