import * as tf from '@tensorflow/tfjs-core';
import type { KernelAttributes, KernelInputs, KernelName, KernelOutputs } from './kernel-table';

/** Tells whether the backend in use has a kernel of ours; where it has none, the op is made of tf ops. */
export function hasKernel(kernelName: KernelName): boolean {
  return tf.getKernel(kernelName, tf.getBackend()) !== undefined;
}

/** Attributes of a call; a kernel without attributes is called without them. */
type Attributes<Name extends KernelName> =
  object extends KernelAttributes<Name>
    ? [attributes?: KernelAttributes<Name>]
    : [attributes: KernelAttributes<Name>];

/**
 * Runs a kernel of ours that has one output.
 *
 * @example
 *   runKernel('Linear', { x, weight, bias }) // → tf.Tensor2D, f32[rows, out]
 */
export function runKernel<Name extends KernelName>(
  kernelName: Name,
  inputs: KernelInputs<Name, tf.Tensor>,
  ...[attributes = {}]: Attributes<Name>
): KernelOutputs<Name>[0] {
  return run(kernelName, inputs, attributes);
}

/**
 * Runs a kernel of ours that has several outputs.
 *
 * @example
 *   const [y, slope] = runKernels('ActivationWithSlope', { x }, { activation: 'gelu' });
 */
export function runKernels<Name extends KernelName>(
  kernelName: Name,
  inputs: KernelInputs<Name, tf.Tensor>,
  ...[attributes = {}]: Attributes<Name>
): KernelOutputs<Name> {
  return run(kernelName, inputs, attributes);
}

/** Runs a kernel by tfjs' types, which know neither our kernels' names nor how many outputs each has. */
function run<Outputs>(kernelName: KernelName, inputs: object, attributes: object): Outputs {
  const outputs: tf.Tensor | tf.Tensor[] = tf
    .engine()
    .runKernel(kernelName, inputs as tf.NamedTensorMap, attributes as tf.NamedAttrMap);
  return outputs as Outputs;
}
