import type * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { KernelAttributes, KernelInputs, KernelName } from '../../ops/kernel-table';
import { registerKernel } from '../../ops/register-kernel';
import { currentPool, type KernelPool } from '../pool/kernel-pool';

/** Tools that a kernel of the CPU engine works with. Allocating may grow the heap; addresses stay what they are. */
export interface WasmCall {
  pool: KernelPool;
  allocate: (shape: readonly number[]) => tf.TensorInfo;
  /** Gives the address of a tensor's first number, in bytes. */
  address: (tensor: tf.TensorInfo) => number;
  /** Makes another tensor of the same memory: for an output that was written in place. */
  alias: (tensor: tf.TensorInfo) => tf.TensorInfo;
  /** Runs `use` with memory that is freed after it. */
  borrow: <Result>(bytes: number, use: (address: number) => Result) => Result;
  /** Sums f64[count] at an address, in their order. */
  sumOfDoubles: (address: number, count: number) => number;
  /** Writes the number of a scalar. */
  setScalar: (tensor: tf.TensorInfo, value: number) => void;
}

/** Registers a kernel of ours for the CPU engine. */
export function registerWasmKernel<Name extends KernelName>(
  kernelName: Name,
  run: (
    call: WasmCall,
    inputs: KernelInputs<Name, tf.TensorInfo>,
    attributes: KernelAttributes<Name>,
  ) => tf.TensorInfo | tf.TensorInfo[],
): void {
  registerKernel(kernelName, 'wasm', (backend, inputs, attributes) =>
    run(wasmCall(backend as unknown as BackendWasm), inputs, attributes),
  );
}

export function wasmCall(backend: BackendWasm): WasmCall {
  const pool = currentPool();
  return {
    pool,
    allocate: (shape) => backend.makeOutput([...shape], 'float32'),
    // The offset comes from a signed malloc in places: unsigned, or a heap above 2 GB is read at a negative address.
    address: ({ dataId }) => backend.getMemoryOffset(dataId) >>> 0,
    alias: ({ dataId, shape, dtype }) => {
      backend.incRef(dataId);
      return { dataId, shape, dtype };
    },
    borrow: (bytes, use) => {
      const address = pool.heap.allocate(bytes);
      try {
        return use(address);
      } finally {
        pool.heap.free(address);
      }
    },
    sumOfDoubles: (address, count) =>
      new Float64Array(pool.heap.memory.buffer, address, count).reduce(
        (sum, part) => sum + part,
        0,
      ),
    setScalar: ({ dataId }, value) => {
      const address = backend.getMemoryOffset(dataId) >>> 0;
      new Float32Array(pool.heap.memory.buffer, address, 1)[0] = value;
    },
  };
}

/** Counts the tasks that it takes to cover `all`, each of which covers `each.value`. */
export function countTasks(all: number, each: { value: number }): number {
  return Math.ceil(all / each.value);
}
