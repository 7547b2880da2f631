import type { DropoutStep } from '../../model/dropout-sites';
import type { PieceBatch } from '../../model/piece-batch';

/** A micro-batch with its labels, and its share in the effective batch. */
export interface TrainBatch {
  batch: PieceBatch;
  /** i32[pieces]: a label a piece, IGNORED_LABEL where it has none. */
  labelIds: Int32Array;
  /** Number of labels in the whole effective batch, so that the losses and gradients of its parts add up to its own. */
  denominator: number;
  /** Seed and step of the dropout masks; nothing is dropped where it is absent. */
  dropout?: DropoutStep;
}
