import { currentEngine } from '../../../engine/engine';
import { ScoreCounter, type ScoreReport } from '../../../ner/scores';
import type { TagSet } from '../../../ner/tag-set';
import type { Model } from '../../../model/model';
import type { PackedSplit } from '../../../tokenizer/pack/packed-split';
import {
  countWords,
  countWordsInWindow,
  unpackSpans,
} from '../../../tokenizer/pack/unpack-sentence';
import { firstRows, tagWords } from './labels';
import { planByLength, takePieces } from '../../micro-batches';
import type { RunControl } from '../../run-control';
import type { Evaluation, EvaluationProgress } from '../../task';

export interface EvaluationInput {
  model: Model;
  split: PackedSplit;
  tagSet: TagSet;
  /** Word pieces of a sentence at most, as the split was packed with. */
  maxPieces: number;
  microBatchPieces: number;
  control?: RunControl;
}

/**
 * Tags a split by the highest score of each word's first piece and scores it over the full gold. Tells how far it is after each batch.
 *
 * @returns undefined once it was stopped.
 */
export async function* evaluateClassifier(
  input: EvaluationInput,
): AsyncGenerator<EvaluationProgress, Evaluation | undefined> {
  const { model, split, tagSet, maxPieces, microBatchPieces, control } = input;
  const tagCount = tagSet.tags.length;
  const goldTagIds = tagWords(split, tagSet);
  const predictedTagIds = new Int32Array(goldTagIds.length).fill(-1);
  const limits = {
    batchSize: split.sentences || 1,
    pieceBudget: microBatchPieces,
  };
  let lossSum = 0;
  let taggedWords = 0;
  let done = 0;
  try {
    for (const microBatch of planByLength(split, limits)) {
      if (control && !(await control.waitToContinue())) return undefined;
      const scores = await model.score(takePieces(split, microBatch)); // f32[pieces, tags]
      for (const { word, row } of firstRows(split, microBatch.sentences)) {
        const wordScores = scores.subarray(row * tagCount, (row + 1) * tagCount);
        predictedTagIds[word] = indexOfLargest(wordScores);
        lossSum += logSumExp(wordScores) - wordScores[goldTagIds[word]!]!;
        taggedWords++;
      }
      done += microBatch.sentences.length;
      yield { done, sentences: split.sentences };
    }
  } finally {
    currentEngine().releaseUnusedMemory();
  }
  const report = scorePredictions(split, tagSet, maxPieces, predictedTagIds);
  const loss = lossSum / Math.max(1, taggedWords);
  return { loss, score: report.entity.f1, report, predictedTagIds };
}

/** Scores predicted tag ids, i32[words], against a split's gold. */
export function scorePredictions(
  split: PackedSplit,
  tagSet: TagSet,
  maxPieces: number,
  predictedTagIds: Int32Array,
): ScoreReport {
  const counter = new ScoreCounter(tagSet.scheme);
  for (let sentence = 0; sentence < split.sentences; sentence++) {
    const tagIds = predictedTagIds.subarray(
      split.wordOffsets[sentence],
      split.wordOffsets[sentence + 1],
    );
    counter.add(
      unpackSpans(split, sentence, tagSet.labels),
      countWords(split, sentence),
      tagSet.tagIdsToTags(tagIds),
      countWordsInWindow(split, sentence, maxPieces),
    );
  }
  return counter.report();
}

/** Finds the largest score, the first of equals as `argmax` does. */
function indexOfLargest(scores: Float32Array): number {
  let largest = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[largest]!) largest = i;
  return largest;
}

/** Computes ln Σ eˣ, the largest taken out first so that nothing overflows. */
function logSumExp(scores: Float32Array): number {
  const largest = scores.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest + Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0));
}
