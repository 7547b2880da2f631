import type { BertConfig } from '../../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../../src/model/parameters';
import { joinSentences, type PieceBatch } from '../../src/model/piece-batch';
import type { Weights } from '../../src/model/weights';
import golden from './golden/tiny-bert.json';
import { seededNumbers } from './seeded-numbers';

/** The model of make-model-goldens.py: odd in every size, padded, one sentence of one word. */
export const tinyConfig: BertConfig = {
  vocabularySize: 31,
  hidden: 12,
  layers: 2,
  heads: 3,
  intermediate: 20,
  maxPositions: 16,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
export const tinyTags = 7;

/** Its weights, by the formula that make-model-goldens.py uses too. */
export function tinyWeights(): Weights {
  const shapes = new Map([
    ...encoderParameterShapes(tinyConfig),
    ...classifierParameterShapes(tinyConfig, tinyTags),
  ]);
  const weights: Weights = new Map();
  golden.keys.forEach((key, i) => {
    const shape = shapes.get(key)!;
    const isScale = key.endsWith('LayerNorm.weight');
    const scale = Math.fround(isScale || key.endsWith('bias') ? 0.1 : 0.3);
    const size = shape.reduce((product, length) => product * length, 1);
    const data = seededNumbers(size, i + 1).map((x) => Math.fround(x * scale) + (isScale ? 1 : 0));
    weights.set(key, { shape, data });
  });
  return weights;
}

/** Pieces of the longest sentence: PyTorch's numbers are padded to it. */
const PADDED = 9;

/** One step's batch with its labels and what PyTorch made of it. */
export interface GoldenStep {
  batch: PieceBatch;
  labelIds: Int32Array; // [pieces]
  denominator: number;
  loss: number;
  norm: number;
  logits: Float32Array; // [pieces, tags]
}

export function goldenSteps(): GoldenStep[] {
  return golden.steps.map((step) => {
    const isReal = (at: number) => step.attentionMask[at] === 1;
    const sentences = Array.from({ length: step.pieceIds.length / PADDED }, (_, row) =>
      step.pieceIds
        .slice(row * PADDED, (row + 1) * PADDED)
        .filter((_, place) => isReal(row * PADDED + place)),
    );
    const labelIds = Int32Array.from(step.labelIds.filter((_, at) => isReal(at)));
    return {
      batch: joinSentences(sentences),
      labelIds,
      denominator: labelIds.filter((label) => label >= 0).length,
      loss: step.loss,
      norm: step.norm,
      logits: decode(step.logits).filter((_, at) => isReal(Math.floor(at / tinyTags))),
    };
  });
}

/** Gradients of the first step and parameters after all three, in Hugging Face's layout. */
export const goldenGradients = (): Map<string, Float32Array> => decodeAll(golden.gradients);
export const goldenParameters = (): Map<string, Float32Array> => decodeAll(golden.after);

function decodeAll(tensors: Record<string, string>): Map<string, Float32Array> {
  return new Map(Object.entries(tensors).map(([key, text]) => [key, decode(text)]));
}

function decode(base64: string): Float32Array {
  return new Float32Array(
    Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)).buffer,
  );
}

/** Some sentences of a golden batch, with their labels: a micro-batch of it. */
export function pickSentences({ batch, labelIds }: GoldenStep, sentences: readonly number[]) {
  const pick = (values: Int32Array) =>
    sentences.map((sentence) => values.slice(batch.offsets[sentence], batch.offsets[sentence + 1]));
  return {
    batch: {
      ...joinSentences(pick(batch.pieceIds)),
      sentenceIndices: Int32Array.from(sentences),
    },
    labelIds: Int32Array.from(pick(labelIds).flatMap((labels) => [...labels])),
  };
}
