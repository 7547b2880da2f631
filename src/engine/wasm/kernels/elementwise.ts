import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Activation } from '../../ops/activations';
import { overrideKernel, sizeOf } from '../../ops/register-kernel';
import type { WasmKernelName } from '../kernel-module';
import { countTasks, registerWasmKernel, wasmCall, type WasmCall } from './wasm-kernel';

const ACTIVATION_KERNELS: Readonly<Record<Activation, WasmKernelName>> = {
  gelu: 'gelu',
  gelu_new: 'geluNew',
  relu: 'relu',
};

/** Registers the kernels that treat each number alone: assembly/activations.ts and assembly/elementwise.ts. */
export function registerWasmElementwise(): void {
  registerWasmKernel('ActivationWithSlope', (call, { x }, { activation }) => {
    const [y, slope] = [call.allocate(x.shape), call.allocate(x.shape)];
    runOverNumbers(call, ACTIVATION_KERNELS[activation], [x, y, slope]);
    return [y, slope];
  });
  registerWasmKernel('SumOfSquares', (call, { x }) => {
    const { pool, address } = call;
    const sum = call.allocate([]);
    const tasks = countTasks(sizeOf(x), pool.kernels.NUMBERS_A_TASK);
    const total = call.borrow(8 * tasks, (parts) => {
      pool.run('sumOfSquares', tasks, [address(x), parts, sizeOf(x)]);
      return call.sumOfDoubles(parts, tasks);
    });
    call.setScalar(sum, total);
    return sum;
  });
  // In place: nothing else holds a parameter or its moments, and no kernel keeps a packed copy of them.
  registerWasmKernel('AdamW', (call, inputs, update) => {
    const { parameter, m, v, gradient } = inputs;
    const { gradientFactor, beta1, rest1, beta2, rest2, epsilon, kept, rate, rootScale } = update;
    runOverNumbers(
      call,
      'adamw',
      [parameter, m, v, gradient],
      [gradientFactor, beta1, rest1, beta2, rest2, epsilon, kept, rate, rootScale],
    );
    return call.alias(parameter);
  });
  registerWasmKernel('Accumulate', (call, { total, part }) => {
    runOverNumbers(call, 'add', [total, part, total]);
    return call.alias(total);
  });
  registerWasmBinary('Add', 'add');
  registerWasmBinary('Multiply', 'multiplyNumbers');
}

/** Computes sums or products of two tensors of one shape; anything else stays with tfjs. */
function registerWasmBinary(kernelName: string, kernel: 'add' | 'multiplyNumbers'): void {
  overrideKernel(kernelName, 'wasm', (call, published) => {
    const [a, b] = [call.inputs['a']!, call.inputs['b']!];
    const isOurs = a.dtype === 'float32' && b.dtype === 'float32' && sizeOf(a) > 0;
    if (!isOurs || !tf.util.arraysEqual(a.shape, b.shape)) return published(call);
    const ours = wasmCall(call.backend as BackendWasm);
    const out = ours.allocate(a.shape);
    runOverNumbers(ours, kernel, [a, b, out]);
    return out;
  });
}

/** Runs one of these kernels over tensors of one size; `rest` follows their addresses and the size. */
function runOverNumbers(
  { pool, address }: WasmCall,
  kernel: WasmKernelName,
  tensors: readonly [tf.TensorInfo, ...tf.TensorInfo[]],
  rest: readonly number[] = [],
): void {
  const size = sizeOf(tensors[0]);
  pool.run(kernel, countTasks(size, pool.kernels.NUMBERS_A_TASK), [
    ...tensors.map(address),
    size,
    ...rest,
  ]);
}
