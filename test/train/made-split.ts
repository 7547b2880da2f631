import { randomBert } from '../../src/model/random-bert';
import type { BertConfig } from '../../src/model/bert-config';
import { TokenClassifier } from '../../src/model/token-classifier';
import type { EntitySpan } from '../../src/ner/entity-span';
import { TagSet } from '../../src/ner/tag-set';
import type { PackedSplit } from '../../src/tokenizer/packed-split';
import { SeededRandom } from '../../src/tokenizer/seeded-random';
import { applyDropout, defaultRecipe, type TrainRecipe } from '../../src/train/recipe';
import { RunControl } from '../../src/train/run-control';
import type { TrainOptions } from '../../src/train/train-loop';

export interface MadeSentence {
  /** [CLS] and [SEP] included. */
  pieceIds: number[];
  firstPieces: number[];
  spans: EntitySpan[];
}

export function packSentences(sentences: MadeSentence[], labels: readonly string[]): PackedSplit {
  const offsets = (count: (sentence: MadeSentence) => number) => {
    const sums = new Int32Array(sentences.length + 1);
    sentences.forEach((sentence, i) => (sums[i + 1] = sums[i]! + count(sentence)));
    return sums;
  };
  const spans = sentences.flatMap((sentence) => sentence.spans);
  return {
    sentences: sentences.length,
    pieceIds: Int32Array.from(sentences.flatMap((sentence) => sentence.pieceIds)),
    pieceOffsets: offsets(({ pieceIds }) => pieceIds.length),
    firstPieces: Int32Array.from(sentences.flatMap((sentence) => sentence.firstPieces)),
    wordOffsets: offsets(({ firstPieces }) => firstPieces.length),
    spanStarts: Int32Array.from(spans, ({ start }) => start),
    spanEnds: Int32Array.from(spans, ({ end }) => end),
    spanLabels: Int32Array.from(spans, ({ label }) => labels.indexOf(label)),
    spanOffsets: offsets(({ spans }) => spans.length),
  };
}

export const madeLabels = ['PER', 'LOC'] as const;

/**
 * Sentences of a made-up language of 64 pieces. Fillers are 20–63; names 8–19 are a PER after the title 4, a LOC after the preposition 5,
 * and no entity elsewhere, so only context tells; every second name has a second word, and names are of one or two pieces (6 continues).
 */
export function makeSplit(sentences: number, seed: number): PackedSplit {
  const random = new SeededRandom(seed);
  const made = Array.from({ length: sentences }, () => {
    const sentence: MadeSentence = { pieceIds: [2], firstPieces: [], spans: [] };
    const addWord = (...pieces: number[]) => {
      sentence.firstPieces.push(sentence.pieceIds.length);
      sentence.pieceIds.push(...pieces);
    };
    for (let part = random.nextBelow(5); part >= 0; part--) {
      const kind = random.nextBelow(4);
      if (kind < 2) addWord(4 + kind);
      else addWord(20 + random.nextBelow(44));
      const start = sentence.firstPieces.length;
      for (let words = random.nextBelow(2); words >= 0; words--) {
        const name = 8 + random.nextBelow(12);
        if (random.nextBelow(3) === 0) addWord(name, 6);
        else addWord(name);
      }
      const label = madeLabels[kind];
      if (label) sentence.spans.push({ start, end: sentence.firstPieces.length, label });
      addWord(20 + random.nextBelow(44));
    }
    sentence.pieceIds.push(3);
    return sentence;
  });
  return packSentences(made, madeLabels);
}

export const madeConfig: BertConfig = {
  vocabularySize: 64,
  hidden: 32,
  layers: 2,
  heads: 2,
  intermediate: 64,
  maxPositions: 64,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};

/** A recipe for a tiny encoder that starts from random numbers. */
export const madeRecipe: TrainRecipe = {
  ...defaultRecipe,
  epochs: 2,
  batchSize: 8,
  learningRate: 3e-3,
  maxPieces: 40,
};

/** Options of a run on made sentences, its classifier fresh from the recipe's seed. */
export function makeRun(
  changes: Partial<TrainRecipe> = {},
  options: Partial<TrainOptions> = {},
): TrainOptions {
  const recipe = { ...madeRecipe, ...changes };
  const tagSet = new TagSet(madeLabels, recipe.scheme);
  return {
    classifier: TokenClassifier.create(
      applyDropout(madeConfig, recipe),
      randomBert(madeConfig, 5),
      tagSet.tags.length,
      recipe.seed,
    ),
    train: makeSplit(64, 1),
    dev: makeSplit(32, 2),
    labels: madeLabels,
    recipe,
    microBatchPieces: 128,
    control: new RunControl(),
    ...options,
  };
}
