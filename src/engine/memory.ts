import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { wasmHeap } from './kernels/host-kernel';

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
      ? wasmHeap(tf.backend() as BackendWasm).byteLength
      : (gpuBytes ?? numBytes);
  return { bytes, tensorBytes: numBytes, tensors: numTensors };
}
