import * as tf from '@tensorflow/tfjs-core';
import type { BatchArrays, DeviceBatch } from '../../engine/ops/device-batch';
import type { LossAndGradients, StepInputs } from '../../engine/webgpu/capture/captured-step';
import type { BatchLayout } from '../../model/lay-out-batch';
import type { Model } from '../../model/model';
import { differentiateLoss, fillLabels } from '../optimizer/gradients';
import type { Loss } from '../task';
import type { TrainBatch } from './train-batch';

type InputName = keyof BatchArrays | 'labels';

/** Lays a micro-batch out, and lists what of it changes from one of a shape to the next; all holds until the next is laid out. */
export function layOutInputs(
  model: Model,
  { batch, labelIds }: TrainBatch,
): { layout: BatchLayout; inputs: Record<InputName, Int32Array> & StepInputs } {
  const layout = model.layOut(batch);
  const { pieceIds, starts, table, pieceStarts, pieceRows } = layout.arrays;
  const inputs = {
    pieceIds,
    pieceStarts: pieceStarts!, // this backend always has them
    pieceRows: pieceRows!,
    starts,
    table,
    labels: fillLabels(labelIds, model.ints('labels', pieceIds.length)),
  };
  return { layout, inputs };
}

/** Computes the loss of such inputs on the device, and the gradients of `trained` parameters. */
export function differentiateInputs(
  model: Model,
  trained: ReadonlyMap<string, tf.Variable>,
  { longest }: BatchLayout,
  tensors: Readonly<Record<string, tf.Tensor>>,
  part: TrainBatch,
  loss: Loss,
): LossAndGradients {
  const ints = (name: InputName) => tensors[name] as tf.Tensor1D;
  const place = () => {
    const rows = ints('pieceIds').size;
    const batch: DeviceBatch = {
      ...{ rows, longest },
      pieceIds: ints('pieceIds'),
      pieceStarts: ints('pieceStarts'),
      pieceRows: ints('pieceRows'),
      starts: ints('starts'),
      table: tf.reshape<tf.Rank.R2>(ints('table'), [rows, 3]),
    };
    return { batch, labels: ints('labels') };
  };
  return differentiateLoss(model, place, part, trained, loss);
}
