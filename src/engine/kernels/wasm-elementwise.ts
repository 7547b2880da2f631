import * as tf from '@tensorflow/tfjs-core';
import type { AdamwStep } from '../ops/adamw';
import { registerWasmKernel, sizeOf, wasmCall } from './wasm-kernel';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** Numbers of one task; see assembly/elementwise.ts. */
const CHUNK = 8192;

const chunks = (tensor: tf.TensorInfo) => Math.ceil(sizeOf(tensor) / CHUNK);

interface AdamwInputs {
  parameter: tf.TensorInfo;
  m: tf.TensorInfo;
  v: tf.TensorInfo;
  gradient: tf.TensorInfo;
}

/** The kernels that treat each number alone: assembly/elementwise.ts. */
export function registerWasmElementwise(): void {
  registerWasmKernel<{ x: tf.TensorInfo }>(
    'GeluWithSlope',
    ({ pool, allocate, address }, { x }) => {
      const [y, slope] = [allocate(x.shape), allocate(x.shape)];
      pool.run('gelu', chunks(x), [address(x), address(y), address(slope), sizeOf(x)]);
      return [y, slope];
    },
  );
  registerWasmKernel<{ x: tf.TensorInfo }>('SumOfSquares', (call, { x }) => {
    const sum = call.allocate([]);
    const tasks = chunks(x);
    const total = call.borrow(8 * tasks, (parts) => {
      call.pool.run('sumOfSquares', tasks, [call.address(x), parts, sizeOf(x)]);
      return call.sumOfDoubles(parts, tasks);
    });
    call.setScalar(sum, total);
    return sum;
  });
  // In place: nothing else holds a parameter or its moments, and no kernel keeps a packed copy of them.
  registerWasmKernel<AdamwInputs, AdamwStep>('AdamW', ({ pool, address, alias }, inputs, step) => {
    const { beta1, beta2, epsilon, gradientFactor, learningRate } = step;
    pool.run('adamw', chunks(inputs.parameter), [
      ...[address(inputs.parameter), address(inputs.m), address(inputs.v)],
      ...[address(inputs.gradient), sizeOf(inputs.parameter)],
      ...[gradientFactor, beta1, 1 - beta1, beta2, 1 - beta2, epsilon],
      1 - learningRate * step.weightDecay,
      learningRate / (1 - step.beta1Power),
      1 / Math.sqrt(1 - step.beta2Power),
    ]);
    return alias(inputs.parameter);
  });
  registerWasmKernel<{ total: tf.TensorInfo; part: tf.TensorInfo }>(
    'Accumulate',
    ({ pool, address, alias }, { total, part }) => {
      pool.run('add', chunks(total), [
        address(total),
        address(part),
        address(total),
        sizeOf(total),
      ]);
      return alias(total);
    },
  );
  registerWasmBinary('Add', 'add');
  registerWasmBinary('Multiply', 'multiplyNumbers');
}

/** A sum or a product of two tensors of one shape; anything else stays with tfjs. */
function registerWasmBinary(kernelName: string, kernel: 'add' | 'multiplyNumbers'): void {
  const published = tf.getKernel(kernelName, 'wasm');
  tf.unregisterKernel(kernelName, 'wasm');
  tf.registerKernel({
    ...published,
    kernelFunc: (call) => {
      const [a, b] = [call.inputs['a']!, call.inputs['b']!];
      const isOurs = a.dtype === 'float32' && b.dtype === 'float32' && sizeOf(a) > 0;
      if (!isOurs || !tf.util.arraysEqual(a.shape, b.shape)) return published.kernelFunc(call);
      const { pool, allocate, address } = wasmCall(call.backend as BackendWasm);
      const out = allocate(a.shape);
      pool.run(kernel, chunks(a), [address(a), address(b), address(out), sizeOf(a)]);
      return out;
    },
  });
}
