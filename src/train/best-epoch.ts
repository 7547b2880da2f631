import type { RunPosition } from './checkpoint/checkpoint-state';
import type { Evaluation } from './task';

/**
 * Says whether an epoch takes the best one's place, and whether that is a gain, which patience waits for.
 *
 * The higher score decides, entity F1 for token classification; among equals the lower dev loss, then the later epoch: it was trained for
 * longer, but gained nothing.
 */
export function judgeEpoch(
  { score, loss }: Pick<Evaluation, 'score' | 'loss'>,
  { bestEntityF1, bestDevLoss = Infinity }: Pick<RunPosition, 'bestEntityF1' | 'bestDevLoss'>,
): { isBest: boolean; isGain: boolean } {
  if (score !== bestEntityF1) {
    const isHigher = score > bestEntityF1;
    return { isBest: isHigher, isGain: isHigher };
  }
  return { isBest: loss <= bestDevLoss, isGain: loss < bestDevLoss };
}
