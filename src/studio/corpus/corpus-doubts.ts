import { labelsFault } from '../../ner/file-limits';
import type { CorpusRecord } from '../../storage/records';

/** Warnings for a person before a run begins on a corpus. */
export interface CorpusDoubts {
  /** Reason that no run can learn anything. */
  obstacle?: string;
  /** Limit of what the scores can tell. */
  warning?: string;
}

/** Looks for splits without entities, and for labels that no model holds. */
export function doubtsAbout({
  labels,
  statistics,
}: Pick<CorpusRecord, 'labels' | 'statistics'>): CorpusDoubts {
  const obstacle = labelsFault(labels);
  if (obstacle !== undefined) return { obstacle };
  const { train, dev } = statistics;
  if (train?.entities === 0) {
    return {
      obstacle:
        'The train split has no entity, so there is nothing to learn. Check its tag column, or choose another file as train.',
    };
  }
  if (dev?.entities !== 0) return {};
  return {
    warning:
      'The dev split has no entity, so no epoch can be better than another by entity F1 (conlleval): the lower loss on dev decides. Choose a dev file with entities to see how good the model is.',
  };
}
