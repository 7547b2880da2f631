import { randomBert } from '../../src/model/random-bert';
import type { BertConfig } from '../../src/model/bert-config';
import { Model } from '../../src/model/model';
import type { EntitySpan } from '../../src/ner/entity-span';
import type { PackedSplit } from '../../src/tokenizer/pack/packed-split';
import { SeededRandom } from '../../src/random/seeded-random';
import { applyRecipe } from '../../src/train/apply-recipe';
import { DEFAULT_RECIPE } from '../../src/recipe/presets';
import type { TrainRecipe } from '../../src/recipe/recipe';
import { RunControl } from '../../src/train/run-control';
import { tokenClassificationTask } from '../../src/train/tasks/token-classification/token-classification';
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
 * Sentences of a made-up language of 64 pieces. First names 8–11 begin a PER, last names 12–15 go on with it and are no entity elsewhere;
 * 16–19 begin a LOC, and 5 goes on with it. Fillers are 20–63. Piece 6 continues a word, so every third word has two pieces.
 */
export function makeSplit(sentences: number, seed: number): PackedSplit {
  const random = new SeededRandom(seed);
  const among = (first: number, count: number) => first + random.nextBelow(count);
  const made = Array.from({ length: sentences }, () => {
    const sentence: MadeSentence = { pieceIds: [2], firstPieces: [], spans: [] };
    const addWord = (piece: number) => {
      sentence.firstPieces.push(sentence.pieceIds.length);
      sentence.pieceIds.push(piece, ...(random.nextBelow(3) === 0 ? [6] : []));
    };
    for (let part = random.nextBelow(5); part >= 0; part--) {
      addWord(random.nextBelow(12) === 0 ? among(12, 4) : among(20, 44));
      const label = madeLabels[random.nextBelow(3)];
      if (!label) continue;
      const start = sentence.firstPieces.length;
      addWord(label === 'PER' ? among(8, 4) : among(16, 4));
      if (random.nextBelow(2) === 0) addWord(label === 'PER' ? among(12, 4) : 5);
      sentence.spans.push({ start, end: sentence.firstPieces.length, label });
      addWord(among(20, 44));
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
  ...DEFAULT_RECIPE,
  epochs: 2,
  batchSize: 8,
  learningRate: 3e-3,
  maxPieces: 40,
};

/** Parts of a run that a test may choose, with the data of its task. */
interface RunParts extends Partial<TrainOptions> {
  dev?: PackedSplit;
}

/** Options of a run on made sentences, its model fresh from the recipe's seed. */
export function makeRun(
  changes: Partial<TrainRecipe> = {},
  { train = makeSplit(64, 1), dev = makeSplit(32, 2), ...options }: RunParts = {},
): TrainOptions {
  const recipe = { ...madeRecipe, ...changes };
  const task = tokenClassificationTask({ train, dev, labels: madeLabels }, recipe);
  const config = applyRecipe(madeConfig, recipe);
  return {
    model: options.model ?? Model.create(config, randomBert(madeConfig, 5), task.head, recipe.seed),
    task,
    train,
    labels: madeLabels,
    dataHash: 'made',
    recipe,
    microBatchPieces: 128,
    control: new RunControl(),
    ...options,
  };
}
