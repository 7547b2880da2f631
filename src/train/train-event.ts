import type { ScoreReport } from '../ner/scores';

/** What a run tells while it goes on. Epochs and steps count from 1; `piecesPerSecond` leaves padding out. */
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
      loss: number;
      report: ScoreReport;
      isBest: boolean;
    }
  | { kind: 'epoch-end'; epoch: number; step: number; secondsLeft: number }
  | { kind: 'done'; reason: 'finished' | 'stopped' | 'early-stopping'; bestEpoch: number };
