import * as tf from '@tensorflow/tfjs-core';
import { accumulate } from '../../engine/ops/accumulate';
import { placeBatch, type DeviceBatch } from '../../engine/ops/device-batch';
import { globalNorm } from '../../engine/ops/global-norm';
import { IGNORED_LABEL, maskedCrossEntropy } from '../../engine/ops/masked-cross-entropy';
import type { Model } from '../../model/model';
import type { TrainBatch } from '../step/train-batch';
import type { Loss } from '../task';
import { checkSizes, type NumbersByKey } from './optimizer-state';

/** Gradients by parameter key, in the device's layout. Whoever holds them disposes of them. */
export type Gradients = Map<string, tf.Tensor>;

/**
 * Computes the loss of one micro-batch and its gradients. The loss is divided by the labels of the whole effective batch, so the losses and
 * gradients of an effective batch's micro-batches add up to the batch's own.
 *
 * Only `trained` parameters get gradients, and nothing is computed backwards below the lowest of them.
 *
 * @returns the loss as f32 scalar, to be disposed of by the caller
 */
export function lossAndGradients(
  model: Model,
  part: TrainBatch,
  trained: ReadonlyMap<string, tf.Variable> = model.parameters,
  loss: Loss = maskedCrossEntropy,
): { loss: tf.Scalar; gradients: Gradients } {
  const { arrays, longest } = model.layOut(part.batch);
  const labels = fillLabels(part.labelIds, new Int32Array(arrays.pieceIds.length));
  const place = () => ({
    batch: placeBatch(arrays, longest),
    labels: tf.tensor1d(labels, 'int32'),
  });
  return differentiateLoss(model, place, part, trained, loss);
}

/**
 * Computes the same for a batch that is on the device, or comes there by `place`, whose tensors are gone after it.
 *
 * @param place gives the batch, and i32[rows] labels
 */
export function differentiateLoss(
  model: Model,
  place: () => { batch: DeviceBatch; labels: tf.Tensor1D },
  { denominator, dropout }: Pick<TrainBatch, 'denominator' | 'dropout'>,
  trained: ReadonlyMap<string, tf.Variable>,
  lossOf: Loss,
): { loss: tf.Scalar; gradients: Gradients } {
  const { value: loss, grads } = tf.variableGrads(() => {
    const { batch, labels } = place();
    const logits = model.logits(batch, dropout); // [rows, outputs]
    return lossOf(logits, labels, denominator);
  }, [...trained.values()]);
  const gradients: Gradients = new Map();
  for (const [key, variable] of trained) gradients.set(key, grads[variable.name]!);
  return { loss, gradients };
}

/** Writes a batch's labels to i32[rows], whose fillers have none. */
export function fillLabels(labelIds: Int32Array, labels: Int32Array): Int32Array {
  labels.set(labelIds);
  return labels.fill(IGNORED_LABEL, labelIds.length);
}

/** Adds a part to a total and spends it; an empty total takes the part over. */
export function addGradients(total: Gradients, part: Gradients): void {
  for (const [key, gradient] of part) {
    const sum = total.get(key);
    total.set(key, sum ? accumulate(sum, gradient) : gradient);
  }
  part.clear();
}

export function disposeGradients(gradients: Gradients): void {
  tf.dispose([...gradients.values()]);
  gradients.clear();
}

/** Reads gradients back, for a checkpoint. */
export async function readGradients(gradients: Gradients): Promise<NumbersByKey> {
  const numbers = new Map<string, Float32Array>();
  for (const [key, gradient] of gradients) numbers.set(key, await gradient.data<'float32'>());
  return numbers;
}

/** Puts a checkpoint's gradients on the device. @throws where a parameter's numbers are missing or of another size. */
export function restoreGradients(
  numbers: NumbersByKey,
  parameters: ReadonlyMap<string, tf.Variable>,
): Gradients {
  checkSizes('gradient', numbers, parameters);
  return new Map(
    Array.from(parameters, ([key, { shape }]) => [
      key,
      tf.tensor(numbers.get(key)!, shape, 'float32'),
    ]),
  );
}

/** Measures the global norm of the gradients, and the factor that brings it down to `clipNorm` (torch.nn.utils.clip_grad_norm_; 0 never clips). */
export async function measureGradients(
  gradients: Gradients,
  clipNorm: number,
): Promise<{ norm: number; factor: number }> {
  const norm = await globalNorm(gradients.values());
  return { norm, factor: clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1 };
}
