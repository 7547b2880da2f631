import * as tf from '@tensorflow/tfjs-core';
import type { DropoutPlace } from './dropout-hash';

/** What a kernel takes beside tensors. */
export type KernelAttributes = Record<string, number | DropoutPlace | undefined>;

/** True where the backend in use has a kernel of its own for an op of ours; elsewhere the op runs as tf ops. */
export function hasKernel(kernelName: string): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Runs a kernel of ours that has one output. */
export function runKernel<Output extends tf.Tensor>(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attributes: KernelAttributes = {},
): Output {
  return tf.engine().runKernel<Output>(kernelName, inputs, attributes as tf.NamedAttrMap);
}

/** Runs a kernel of ours that has several outputs. */
export function runKernels(
  kernelName: string,
  inputs: Record<string, tf.Tensor>,
  attributes: KernelAttributes = {},
): tf.Tensor[] {
  return tf.engine().runKernel<tf.Tensor[]>(kernelName, inputs, attributes as tf.NamedAttrMap);
}
