import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** out = a·b for one pair of matrices, by the numbers that C++ knows tensors by. */
type Multiply = (a: number, b: number, out: number) => void;

/** What the WASM module offers beyond tfjs' published types. */
interface WasmModule {
  cwrap(
    name: string,
    result: null,
    parameters: string[],
  ): (...values: (number | Uint8Array)[]) => void;
  tfjs: {
    registerTensor(id: number, size: number, memoryOffset: number): void;
    disposeData(id: number): void;
  };
}

/** Tensor numbers for windows into larger tensors, far above the ones that tfjs counts up. */
const windows = { a: 0x7fffff01, b: 0x7fffff02, out: 0x7fffff03 };

/**
 * out = a·b over the last two dimensions, each first transposed where asked; the dimensions before broadcast. float32.
 *
 * tfjs-wasm reaches XNNPACK only with a single untransposed product and runs a scalar loop, a tenth as fast, for all else. Here an operand
 * is transposed in memory first, and a batch is multiplied matrix by matrix.
 */
export function registerWasmBatchMatMul(): void {
  const published = tf.getKernel('BatchMatMul', 'wasm');
  let multiply: ReturnType<WasmModule['cwrap']>;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...published,
    setupFunc: (backend) => {
      // Numbers of a, b and out, a's and b's shapes as bytes and their ranks, and whether each is transposed: never, here.
      const parameters = 'number array number number array number number number number'.split(' ');
      multiply = wasmModule(backend as BackendWasm).cwrap('BatchMatMul', null, parameters);
    },
    kernelFunc: ({ inputs, attrs, backend: anyBackend }) => {
      const backend = anyBackend as BackendWasm;
      const { transposeA, transposeB } = attrs as unknown as Record<
        'transposeA' | 'transposeB',
        boolean
      >;
      const a = transposeA ? transposeMatrices(backend, inputs['a']!) : inputs['a']!;
      const b = transposeB ? transposeMatrices(backend, inputs['b']!) : inputs['b']!;
      const aShape = shapeBytes(a);
      const bShape = shapeBytes(b);
      const out = multiplyAll(backend, a, b, (aNumber, bNumber, outNumber) =>
        multiply(aNumber, aShape, 3, bNumber, bShape, 3, 0, 0, outNumber),
      );
      if (transposeA) backend.disposeData(a.dataId);
      if (transposeB) backend.disposeData(b.dataId);
      return out;
    },
  });
}

function multiplyAll(
  backend: BackendWasm,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  multiply: Multiply,
): tf.TensorInfo {
  const [rows, inner] = a.shape.slice(-2) as [number, number];
  const [innerOfB, columns] = b.shape.slice(-2) as [number, number];
  tf.util.assert(
    inner === innerOfB,
    () => `matMul: a's rows have ${inner} numbers, b's columns ${innerOfB}.`,
  );
  const outer = tf.broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const out = backend.makeOutput([...outer, rows, columns], 'float32');
  const [count, aCount, bCount] = [out, a, b].map(({ shape }) =>
    tf.util.sizeFromShape(shape.slice(0, -2)),
  ) as [number, number, number];
  if (count === 1) {
    multiply(tensorNumber(backend, a), tensorNumber(backend, b), tensorNumber(backend, out));
    return out;
  }
  tf.util.assert(
    [1, count].includes(aCount) && [1, count].includes(bCount),
    () => `matMul: batches of ${aCount} and ${bCount} matrices do not go together.`,
  );
  const { tfjs } = wasmModule(backend);
  const openWindow = (number: number, { dataId }: tf.TensorInfo, size: number, index: number) =>
    tfjs.registerTensor(number, size, (backend.getMemoryOffset(dataId) >>> 0) + 4 * size * index);
  for (let index = 0; index < count; index++) {
    openWindow(windows.a, a, rows * inner, aCount === 1 ? 0 : index);
    openWindow(windows.b, b, inner * columns, bCount === 1 ? 0 : index);
    openWindow(windows.out, out, rows * columns, index);
    multiply(windows.a, windows.b, windows.out);
    for (const number of Object.values(windows)) tfjs.disposeData(number); // and with b, its packed copy
  }
  return out;
}

/** The tensor with its last two dimensions swapped, in new memory. */
function transposeMatrices(backend: BackendWasm, x: tf.TensorInfo): tf.TensorInfo {
  const axes = x.shape.map((_, axis) => axis);
  const perm = [...axes.slice(0, -2), axes.at(-1)!, axes.at(-2)!];
  const { kernelFunc } = tf.getKernel('Transpose', 'wasm');
  return kernelFunc({ inputs: { x }, backend, attrs: { perm } }) as tf.TensorInfo;
}

function wasmModule(backend: BackendWasm): WasmModule {
  return backend.wasm as unknown as WasmModule;
}

/** The number by which C++ knows a tensor. */
function tensorNumber(backend: BackendWasm, { dataId }: tf.TensorInfo): number {
  return backend.dataIdMap.get(dataId).id;
}

/** The shape of one matrix as C++ reads it: i32[3]. */
function shapeBytes({ shape }: tf.TensorInfo): Uint8Array {
  return new Uint8Array(Int32Array.from([1, ...shape.slice(-2)]).buffer);
}
