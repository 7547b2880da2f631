import type * as tf from '@tensorflow/tfjs-core';
import type { VirtualBuffer } from '../capture/recorder';

/** What tfjs keeps of a tensor, and our two words on it. */
export interface TensorRecord {
  values: tf.backend_util.TypedArray | null;
  shape: number[];
  dtype: tf.DataType;
  refCount: number;
  resource?: GPUBuffer | VirtualBuffer | null;
  /** Set where the buffer is not the tensor's to give back. */
  external?: boolean;
  /** A tensor that is a part of a buffer, in bytes. */
  part?: { offset: number; size: number };
  /** The tensor whose buffer it is a part of. */
  whole?: tf.DataId;
}

/** The private members of tfjs' backend that we use; `test/engine` would notice a change. */
export interface Insides {
  tensorMap: {
    get: (id: tf.DataId) => TensorRecord;
    has: (id: tf.DataId) => boolean;
  };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  commandQueueOwnedIds: WeakSet<tf.DataId>;
  tensorToBinding: (tensor: tf.TensorInfo) => GPUBindingResource;
  uniformPendingDisposal: GPUBuffer[];
}

/** Buffers that tfjs keeps for tensors of the same size to come. */
export interface BufferPool {
  freeBuffers: ReadonlyMap<string, GPUBuffer[]>;
  numFreeBuffers: number;
  numBytesAllocated: number;
}
