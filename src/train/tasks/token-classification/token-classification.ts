import { maskedCrossEntropy } from '../../../engine/ops/masked-cross-entropy';
import { tokenClassification } from '../../../model/heads/token-classification';
import { TagSet } from '../../../ner/tag-set';
import type { TrainRecipe } from '../../../recipe/recipe';
import type { PackedSplit } from '../../../tokenizer/pack/packed-split';
import { takePieces } from '../../micro-batches';
import type { Task } from '../../task';
import { evaluateClassifier } from './evaluate';
import { countLabelledWords, labelPieces, tagWords } from './labels';

/** Data of a token classification: both splits are packed with `labels`. */
export interface TaggedSplits {
  train: PackedSplit;
  dev: PackedSplit;
  labels: readonly string[];
}

/**
 * Makes the task of named entity recognition: each word's first piece is given one of the scheme's tags (Devlin et al. 2019, §5.3).
 *
 * @example tokenClassificationTask({ train, dev, labels: ['PER'] }, { scheme: 'IOB2', maxPieces: 128 }).head.outputs // 3: O, B-PER, I-PER
 * @throws for a span of a label that is not in the set.
 */
export function tokenClassificationTask(
  { train, dev, labels }: TaggedSplits,
  { scheme, maxPieces }: Pick<TrainRecipe, 'scheme' | 'maxPieces'>,
): Task {
  const tagSet = new TagSet(labels, scheme);
  const wordTagIds = tagWords(train, tagSet);
  return {
    head: tokenClassification(tagSet.tags.length),
    loss: maskedCrossEntropy,
    takeBatch: (microBatch) => ({
      batch: takePieces(train, microBatch),
      labelIds: labelPieces(train, wordTagIds, microBatch),
    }),
    countLabels: (microBatches) => countLabelledWords(train, microBatches),
    evaluate: (model, options) =>
      evaluateClassifier({ model, split: dev, tagSet, maxPieces, ...options }),
  };
}
