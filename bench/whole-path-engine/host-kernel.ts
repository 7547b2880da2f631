import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/**
 * A backend's memory as typed arrays, for kernels written in JavaScript.
 *
 * Allocating can grow the WASM heap and detach every view taken before: allocate all outputs first, then take views.
 */
export interface HostMemory {
  allocate(shape: readonly number[]): tf.TensorInfo;
  floats(tensor: tf.TensorInfo): Float32Array;
  ints(tensor: tf.TensorInfo): Int32Array;
}

export type HostBackend = 'cpu' | 'wasm';

/** Registers a kernel over host memory. `Inputs` and `Attributes` are what `runKernel` is called with. */
export function registerHostKernel<Inputs extends object, Attributes extends object = object>(
  kernelName: string,
  backendNames: readonly HostBackend[],
  run: (
    memory: HostMemory,
    inputs: Inputs,
    attributes: Attributes,
  ) => tf.TensorInfo | tf.TensorInfo[],
): void {
  for (const backendName of backendNames) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs, backend }) => {
        const memory =
          backendName === 'wasm'
            ? wasmMemory(backend as BackendWasm)
            : cpuMemory(backend as MathBackendCPU);
        return run(memory, inputs as Inputs, attrs as unknown as Attributes);
      },
    });
  }
}

/** The WASM heap. It is another object after the heap has grown, and tfjs' own HEAPU8 lags behind when another thread grew it. */
export function wasmHeap(backend: BackendWasm): ArrayBufferLike {
  const { wasmMemory, HEAPU8 } = backend.wasm as unknown as {
    wasmMemory?: WebAssembly.Memory; // of the threaded build only
    HEAPU8: Uint8Array;
  };
  return wasmMemory?.buffer ?? HEAPU8.buffer;
}

export function wasmMemory(backend: BackendWasm): HostMemory {
  // The offset comes from a signed malloc in places: unsigned, or a heap above 2 GB is read at a negative address.
  const offset = ({ dataId }: tf.TensorInfo) => backend.getMemoryOffset(dataId) >>> 0;
  return {
    allocate: (shape) => backend.makeOutput([...shape], 'float32'),
    floats: (tensor) =>
      new Float32Array(wasmHeap(backend), offset(tensor), tf.util.sizeFromShape(tensor.shape)),
    ints: (tensor) =>
      new Int32Array(wasmHeap(backend), offset(tensor), tf.util.sizeFromShape(tensor.shape)),
  };
}

function cpuMemory(backend: MathBackendCPU): HostMemory {
  return {
    allocate: (shape) =>
      backend.makeTensorInfo(
        [...shape],
        'float32',
        new Float32Array(tf.util.sizeFromShape([...shape])),
      ),
    floats: (tensor) => backend.data.get(tensor.dataId).values as Float32Array,
    ints: (tensor) => backend.data.get(tensor.dataId).values as Int32Array,
  };
}
