import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './run-kernel';

/**
 * Adds `part` to `total`; both have one shape, and both are spent. `total` must be the caller's alone: where the backend has a kernel for it, the
 * sum takes its memory.
 */
export function accumulate(total: tf.Tensor, part: tf.Tensor): tf.Tensor {
  const sum = hasKernel('Accumulate')
    ? runKernel('Accumulate', { total, part })
    : tf.add(total, part);
  tf.dispose([total, part]);
  return sum;
}
