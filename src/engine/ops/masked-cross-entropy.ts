import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernels } from './run-kernel';
import { differentiable } from './differentiable';

/** The label id of a piece that carries no label: padding, [CLS], [SEP], and every piece of a word but its first. */
export const IGNORED_LABEL = -100;

/**
 * −Σ log softmax(logits)[label] / denominator over pieces whose label is not IGNORED_LABEL.
 *
 * The denominator is the labelled words of the whole effective batch, so that the losses of its micro-batches, and their gradients, add up.
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
      dLogits = gradient!;
      return loss as tf.Scalar;
    },
    () => [dLogits],
    (dLoss, [dLogits]) => [tf.mul(dLogits, dLoss)],
  );
}

/** The masked cross-entropy as tf ops: the oracle. */
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
