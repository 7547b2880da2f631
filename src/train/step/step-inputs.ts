import * as tf from '@tensorflow/tfjs-core';
import type { LossAndGradients, StepInputs } from '../../engine/webgpu/capture/captured-step';
import type { BatchRows } from '../../model/lay-out-batch';
import type { TokenClassifier } from '../../model/token-classifier';
import { differentiateLoss, labelRows } from '../optimizer/gradients';
import type { TrainBatch } from './trainer';

type InputName = 'pieceIds' | 'pieceStarts' | 'pieceRows' | 'sentenceStarts' | 'table' | 'labels';

/** A micro-batch laid out, and what of it changes from one of a shape to the next; all holds until the next is planned. */
export function planInputs(
  classifier: TokenClassifier,
  { batch, labelIds }: TrainBatch,
): { plan: BatchRows; inputs: Record<InputName, Int32Array> & StepInputs } {
  const plan = classifier.planBatch(batch);
  const { layout, pieceIds, occurrences } = plan;
  const inputs = {
    pieceIds,
    pieceStarts: occurrences!.starts, // this backend always has them
    pieceRows: occurrences!.rows,
    sentenceStarts: layout.starts,
    table: layout.table,
    labels: labelRows(layout, labelIds, classifier.ints('labels', layout.rows)),
  };
  return { plan, inputs };
}

/** The loss of such inputs on the device, and the gradients of `trained` parameters. */
export function differentiateInputs(
  classifier: TokenClassifier,
  trained: ReadonlyMap<string, tf.Variable>,
  { layout }: BatchRows,
  tensors: Readonly<Record<string, tf.Tensor>>,
  { labelledWords, dropout }: TrainBatch,
): LossAndGradients {
  const { batch, rows, longest, indices } = layout;
  const ints = (name: InputName) => tensors[name] as tf.Tensor1D;
  const place = () => ({
    input: {
      pieces: {
        pieceIds: ints('pieceIds'),
        occurrences: { starts: ints('pieceStarts'), rows: ints('pieceRows') },
      },
      layout: {
        ...{ batch, rows, longest, indices },
        starts: ints('sentenceStarts'),
        table: tf.reshape<tf.Rank.R2>(ints('table'), [rows, 3]),
      },
    },
    labels: ints('labels'),
  });
  return differentiateLoss(classifier, place, labelledWords, dropout, trained);
}
