import type { ScoreReport } from '../ner/scores';

/** Predictions of the best epoch on dev: enough to tell, without the model, where it errs. */
export interface DevPredictions {
  epoch: number;
  /** SHA-256 of the corpus that dev is from. */
  dataHash: string;
  /** Indices in the tag set's tags, word by word through dev; -1 for a word without a piece or beyond the maximum length. */
  tagIds: Int16Array;
}

/** Events of a run. Epochs and steps count from 1. */
export type TrainEvent =
  | {
      kind: 'step';
      step: number;
      steps: number;
      epoch: number;
      loss: number;
      learningRate: number;
      piecesPerSecond: number;
      gradientNorm: number;
    }
  | { kind: 'evaluating'; epoch: number; done: number; sentences: number }
  | {
      kind: 'evaluation';
      epoch: number;
      step: number;
      /** Mean cross-entropy of dev's words; it decides among epochs of equal entity F1. */
      loss: number;
      report: ScoreReport;
      isBest: boolean;
      /** Predictions of an epoch that is the best so far; absent in any other. */
      predictions?: DevPredictions;
    }
  | { kind: 'epoch-end'; epoch: number; step: number; secondsLeft: number }
  | { kind: 'done'; reason: 'finished' | 'stopped' | 'early-stopping'; bestEpoch: number };
