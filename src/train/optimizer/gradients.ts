import * as tf from '@tensorflow/tfjs-core';
import { accumulate } from '../../engine/ops/accumulate';
import { globalNorm } from '../../engine/ops/global-norm';
import { IGNORED_LABEL, maskedCrossEntropy } from '../../engine/ops/masked-cross-entropy';
import { takeRows, type RowNumbers } from '../../engine/ops/device-batch';
import { placeBatch } from '../../model/lay-out-batch';
import type { DropoutStep, EncoderInput } from '../../model/encoder';
import type { ModelBatch } from '../../model/piece-batch';
import type { TokenClassifier } from '../../model/token-classifier';

/** By parameter key, in the device's layout. Who holds it disposes of it. */
export type Gradients = Map<string, tf.Tensor>;

/**
 * The loss of one micro-batch and its gradients. The loss is Σ cross-entropy / labelled words of the whole effective batch, so the losses
 * and gradients of an effective batch's micro-batches add up to the batch's own.
 *
 * Only `trained` parameters get gradients, and nothing is computed backwards below the lowest of them.
 *
 * labelIds i32[batch · pieces], IGNORED_LABEL where a piece has none → loss f32 scalar, to be disposed of by the caller.
 */
export function lossAndGradients(
  classifier: TokenClassifier,
  batch: ModelBatch,
  labelIds: Int32Array,
  labelledWordsInEffectiveBatch: number,
  step?: DropoutStep,
  trained: ReadonlyMap<string, tf.Variable> = classifier.parameters,
): { loss: tf.Scalar; gradients: Gradients } {
  const plan = classifier.planBatch(batch);
  const place = () => ({
    input: placeBatch(plan),
    labels: tf.tensor1d(labelRows(plan.layout, labelIds), 'int32'),
  });
  return differentiateLoss(classifier, place, labelledWordsInEffectiveBatch, step, trained);
}

/** A batch on the device, and its labels i32[rows]. */
export interface PlacedBatch {
  input: EncoderInput;
  labels: tf.Tensor1D;
}

/** The same for a batch that is on the device, or comes there by `place`, whose tensors are gone after it. */
export function differentiateLoss(
  classifier: TokenClassifier,
  place: () => PlacedBatch,
  labelledWordsInEffectiveBatch: number,
  step: DropoutStep | undefined,
  trained: ReadonlyMap<string, tf.Variable>,
): { loss: tf.Scalar; gradients: Gradients } {
  const { value: loss, grads } = tf.variableGrads(() => {
    const { input, labels } = place();
    const logits = classifier.rowLogits(input, step);
    return maskedCrossEntropy(logits, labels, labelledWordsInEffectiveBatch);
  }, [...trained.values()]);
  const gradients: Gradients = new Map();
  for (const [key, variable] of trained) gradients.set(key, grads[variable.name]!);
  return { loss, gradients };
}

/** Labels by row, of labels by place in a padded batch; a filler has none. */
export function labelRows(
  { indices }: Pick<RowNumbers, 'indices'>,
  labelIds: Int32Array,
  labels: Int32Array = new Int32Array(indices.length),
): Int32Array {
  return takeRows(indices, labelIds, IGNORED_LABEL, labels);
}

/** total ← total + part; `part` is spent. An empty total takes the part over. */
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

/** The numbers of gradients, for a checkpoint. */
export async function readGradients(gradients: Gradients): Promise<Map<string, Float32Array>> {
  const numbers = new Map<string, Float32Array>();
  for (const [key, gradient] of gradients) numbers.set(key, await gradient.data<'float32'>());
  return numbers;
}

/** @throws where a parameter's numbers are missing or of another size. */
export function checkGradients(
  numbers: ReadonlyMap<string, Float32Array>,
  parameters: ReadonlyMap<string, { size: number }>,
): void {
  for (const [key, { size }] of parameters) {
    const length = numbers.get(key)?.length;
    if (length === size) continue;
    throw new Error(
      `The checkpoint's gradient of ${key} needs ${size} numbers, got ${length ?? 'none'}; start the run again.`,
    );
  }
}

/** Gradients from a checkpoint's numbers. @throws where a parameter's are missing or of another size. */
export function restoreGradients(
  numbers: ReadonlyMap<string, Float32Array>,
  parameters: ReadonlyMap<string, tf.Variable>,
): Gradients {
  checkGradients(numbers, parameters);
  return new Map(
    Array.from(parameters, ([key, { shape }]) => [
      key,
      tf.tensor(numbers.get(key)!, shape, 'float32'),
    ]),
  );
}

/** The global norm of the gradients, and the factor that brings it down to `clipNorm` (torch.nn.utils.clip_grad_norm_; 0 never clips). */
export async function measureGradients(
  gradients: Gradients,
  clipNorm: number,
): Promise<{ norm: number; factor: number }> {
  const norm = await globalNorm(gradients.values());
  return { norm, factor: clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1 };
}
