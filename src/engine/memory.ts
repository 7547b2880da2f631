import * as tf from '@tensorflow/tfjs-core';
import { currentPool } from './wasm/kernel-pool';

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
