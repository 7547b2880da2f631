import type { RunPosition } from './checkpoint/checkpoint-state';

/** How an epoch did on dev. */
export interface DevScore {
  /** 0–1, conlleval. */
  entityF1: number;
  /** Mean cross-entropy of dev's words. */
  loss: number;
}

/**
 * Says whether an epoch takes the best one's place, and whether that is a gain, which patience waits for.
 *
 * The higher entity F1 decides, among equals the lower dev loss, then the later epoch: it was trained for longer, but gained nothing.
 */
export function judgeEpoch(
  { entityF1, loss }: DevScore,
  { bestEntityF1, bestDevLoss = Infinity }: Pick<RunPosition, 'bestEntityF1' | 'bestDevLoss'>,
): { isBest: boolean; isGain: boolean } {
  if (entityF1 !== bestEntityF1) {
    const isHigher = entityF1 > bestEntityF1;
    return { isBest: isHigher, isGain: isHigher };
  }
  return { isBest: loss <= bestDevLoss, isGain: loss < bestDevLoss };
}
