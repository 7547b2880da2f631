import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';

/** Label id of a piece that carries no label: [CLS], [SEP], padding, and every piece of a word but its first. */
export const IGNORED_LABEL = -100;

/**
 * Computes −Σ log softmax(logits)[label] / denominator over the pieces whose label is not IGNORED_LABEL.
 *
 * The denominator is the labelled words of the whole effective batch, so that the losses of its micro-batches add up, and their gradients too.
 * logits f32[rows, tags], labelIds i32[rows] → f32 scalar.
 */
export function maskedCrossEntropy(
  logits: tf.Tensor2D,
  labelIds: tf.Tensor1D,
  denominator: number,
): tf.Scalar {
  if (!hasKernel('MaskedCrossEntropy'))
    return maskedCrossEntropyPlain(logits, labelIds, denominator);
  let dLogits: tf.Tensor;
  return differentiable(
    [logits],
    () => {
      const inputs = { logits, labels: labelIds };
      const [loss, gradient] = runKernels('MaskedCrossEntropy', inputs, { denominator });
      dLogits = gradient;
      return loss;
    },
    () => [dLogits],
    (dLoss, [dLogits]) => [tf.mul(dLogits, dLoss)],
  );
}

/** Computes the masked cross-entropy by tf ops: the oracle of the kernels. */
export function maskedCrossEntropyPlain(
  logits: tf.Tensor2D,
  labelIds: tf.Tensor1D,
  denominator: number,
): tf.Scalar {
  const tags = logits.shape[1];
  // oneHot of an id outside [0, tags) is a row of zeros: an ignored label adds nothing.
  const chosen = tf.mul(tf.logSoftmax(logits), tf.oneHot(labelIds, tags));
  return tf.mul(tf.sum(chosen), -1 / denominator);
}
