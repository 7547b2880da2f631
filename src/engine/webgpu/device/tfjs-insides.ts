import type * as tf from '@tensorflow/tfjs-core';
import type { VirtualBuffer } from '../code/buffer-part';

/** tfjs' record of a tensor, and two fields that we add. */
export interface TensorRecord {
  values: tf.backend_util.TypedArray | null;
  shape: number[];
  dtype: tf.DataType;
  refCount: number;
  resource?: GPUBuffer | VirtualBuffer | null;
  /** Mark of a tensor whose buffer belongs to somebody else: tfjs does not give it back. */
  external?: boolean;
  /** Part of the buffer that the tensor is, in bytes; absent where it is all of it. */
  part?: { offset: number; size: number };
  /** Tensor whose buffer it is a part of. */
  whole?: tf.DataId;
}

/** Private members of tfjs' backend that we use; `test/engine` would notice a change. */
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
