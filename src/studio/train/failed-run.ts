import type { RunRecord } from '../../storage/records';

/** Says what of a failed run is kept, and what to try. */
export function failedRunNext({ bestEpoch }: RunRecord): string {
  const kept = bestEpoch >= 0 ? `Epoch ${bestEpoch}, the best so far, is kept. ` : '';
  return `${kept}Choose a lower learning rate or a smaller batch size, and train again.`;
}
