import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** tfjs' C++ product of 3-D tensors: numbers of a, b and out, each operand with its shape as bytes and its rank. */
type Multiply = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: 0,
  transposeB: 0,
  out: number,
) => void;

/** What the WASM module offers beyond tfjs' published types. */
interface WasmModule {
  cwrap(name: string, result: null, parameters: string[]): Multiply;
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
  let multiply: Multiply;
  tf.unregisterKernel('BatchMatMul', 'wasm');
  tf.registerKernel({
    ...published,
    setupFunc: (backend) => {
      const parameters = [
        'number',
        'array',
        'number',
        'number',
        'array',
        'number',
        'number',
        'number',
        'number',
      ];
      multiply = wasmModule(backend as BackendWasm).cwrap('BatchMatMul', null, parameters);
    },
    kernelFunc: ({ inputs, attrs, backend: anyBackend }) => {
      const backend = anyBackend as BackendWasm;
      const { transposeA, transposeB } = attrs as unknown as {
        transposeA: boolean;
        transposeB: boolean;
      };
      const a = transposeA ? transposeMatrices(backend, inputs['a']!) : inputs['a']!;
      const b = transposeB ? transposeMatrices(backend, inputs['b']!) : inputs['b']!;
      const out = multiplyBatch(backend, multiply, a, b);
      if (transposeA) backend.disposeData(a.dataId);
      if (transposeB) backend.disposeData(b.dataId);
      return out;
    },
  });
}

function multiplyBatch(
  backend: BackendWasm,
  multiply: Multiply,
  a: tf.TensorInfo,
  b: tf.TensorInfo,
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
  const count = tf.util.sizeFromShape(outer);
  const aCount = tf.util.sizeFromShape(a.shape.slice(0, -2));
  const bCount = tf.util.sizeFromShape(b.shape.slice(0, -2));
  tf.util.assert(
    (aCount === count || aCount === 1) && (bCount === count || bCount === 1),
    () =>
      `matMul: a batch of shape [${a.shape.join(', ')}] × [${b.shape.join(', ')}] is not supported.`,
  );
  const aShape = shapeBytes(rows, inner);
  const bShape = shapeBytes(inner, columns);
  if (count === 1) {
    multiply(
      tensorNumber(backend, a),
      aShape,
      3,
      tensorNumber(backend, b),
      bShape,
      3,
      0,
      0,
      tensorNumber(backend, out),
    );
    return out;
  }
  const { tfjs } = wasmModule(backend);
  const openWindow = (id: number, tensor: tf.TensorInfo, size: number, index: number) =>
    tfjs.registerTensor(
      id,
      size,
      (backend.getMemoryOffset(tensor.dataId) >>> 0) + 4 * size * index,
    );
  for (let index = 0; index < count; index++) {
    openWindow(windows.a, a, rows * inner, aCount === 1 ? 0 : index);
    openWindow(windows.b, b, inner * columns, bCount === 1 ? 0 : index);
    openWindow(windows.out, out, rows * columns, index);
    multiply(windows.a, aShape, 3, windows.b, bShape, 3, 0, 0, windows.out);
    for (const id of Object.values(windows)) tfjs.disposeData(id); // and with b, its packed copy
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

function shapeBytes(rows: number, columns: number): Uint8Array {
  return new Uint8Array(new Int32Array([1, rows, columns]).buffer);
}
