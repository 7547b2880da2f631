import * as tf from '@tensorflow/tfjs-core';
import type { KernelAttributes, KernelInputs, KernelName } from './kernel-table';

/** Outputs of a kernel: one tensor or, of a kernel with several, a list. */
type Outputs = tf.TensorInfo | tf.TensorInfo[];

/**
 * Registers a kernel of ours for a backend: the one way to add a kernel. The kernel's form must be in `KernelTable`; each backend wraps this
 * function so that `run` gets what its kernels work with.
 */
export function registerKernel<Name extends KernelName>(
  kernelName: Name,
  backendName: 'cpu' | 'wasm' | 'webgpu',
  run: (
    backend: tf.KernelBackend,
    inputs: KernelInputs<Name, tf.TensorInfo>,
    attributes: KernelAttributes<Name>,
  ) => Outputs,
): void {
  tf.registerKernel({
    kernelName,
    backendName,
    kernelFunc: ({ inputs, attrs, backend }) =>
      run(
        backend as tf.KernelBackend,
        inputs as unknown as KernelInputs<Name, tf.TensorInfo>,
        attrs as KernelAttributes<Name>,
      ),
  });
}

/** A call of one of tfjs' own kernels. */
export type KernelCall = Parameters<tf.KernelFunc>[0];

/** Puts a kernel of ours in front of one of tfjs. `run` is given tfjs' kernel, `published`, for the calls that it leaves to it. */
export function overrideKernel(
  kernelName: string,
  backendName: 'wasm' | 'webgpu',
  run: (call: KernelCall, published: tf.KernelFunc) => Outputs,
): void {
  const published = tf.getKernel(kernelName, backendName);
  tf.unregisterKernel(kernelName, backendName); // a second registration is a warning
  tf.registerKernel({ ...published, kernelFunc: (call) => run(call, published.kernelFunc) });
}

/** Counts the numbers of a tensor. */
export function sizeOf({ shape }: tf.TensorInfo): number {
  return tf.util.sizeFromShape(shape);
}
