import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { currentPool, type KernelPool } from '../pool/kernel-pool';

/** What a kernel of the CPU engine works with. Allocating may grow the heap; addresses stay what they are. */
export interface WasmCall {
  pool: KernelPool;
  allocate: (shape: readonly number[]) => tf.TensorInfo;
  /** Of a tensor's first number, in bytes. */
  address: (tensor: tf.TensorInfo) => number;
  /** Another tensor of the same memory: for an output that was written in place. */
  alias: (tensor: tf.TensorInfo) => tf.TensorInfo;
  /** Runs `use` with memory that is free again after it. */
  borrow: <Result>(bytes: number, use: (address: number) => Result) => Result;
  /** Sums f64[count] from an address on, in their order. */
  sumOfDoubles: (address: number, count: number) => number;
  /** Writes a tensor's one number. */
  setScalar: (tensor: tf.TensorInfo, value: number) => void;
}

/** Registers a kernel of the CPU engine with tfjs. `Inputs` and `Attributes` are what `runKernel` is called with. */
export function registerWasmKernel<Inputs extends object, Attributes extends object = object>(
  kernelName: string,
  run: (call: WasmCall, inputs: Inputs, attributes: Attributes) => tf.TensorInfo | tf.TensorInfo[],
): void {
  tf.registerKernel({
    kernelName,
    backendName: 'wasm',
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(wasmCall(backend as BackendWasm), inputs as Inputs, attrs as unknown as Attributes),
  });
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

/** Puts our kernel before one of tfjs, which is given to it for what it leaves. */
export function overrideWasmKernel(
  kernelName: string,
  run: (call: KernelCall, published: tf.KernelFunc) => tf.TensorInfo | tf.TensorInfo[],
): void {
  const published = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm'); // a second registration is a warning
  tf.registerKernel({ ...published, kernelFunc: (call) => run(call, published.kernelFunc) });
}

export type KernelCall = Parameters<tf.KernelFunc>[0];

/** Numbers of a tensor. */
export function sizeOf({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}

/** Tasks that cover so much, each `each.value` of it. */
export function countTasks(all: number, each: { value: number }): number {
  return Math.ceil(all / each.value);
}
