import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../../../src/engine/start-engine';
import { randomBert } from '../../../../src/model/random-bert';
import { tokenClassification } from '../../../../src/model/heads/token-classification';
import { Model } from '../../../../src/model/model';
import type { Weights } from '../../../../src/model/weights';
import { TagSet } from '../../../../src/ner/tag-set';
import {
  evaluateClassifier,
  type EvaluationInput,
} from '../../../../src/train/tasks/token-classification/evaluate';
import { RunControl } from '../../../../src/train/run-control';
import { madeConfig, makeSplit, packSentences } from '../../made-split';

beforeAll(async () => {
  await selectBackend('wasm', { threads: 1 });
});

const labels = ['PER', 'LOC'];
const tagSet = new TagSet(labels, 'IOB2'); // O B-PER I-PER B-LOC I-LOC
let model: Model;
afterEach(() => model.dispose());

async function evaluate(task: Omit<EvaluationInput, 'tagSet' | 'model'>) {
  const progress: { done: number; sentences: number }[] = [];
  const evaluation = evaluateClassifier({ ...task, model, tagSet });
  for (;;) {
    const next = await evaluation.next();
    if (next.done) return { progress, evaluation: next.value };
    progress.push(next.value);
  }
}

/** A model that sees nothing and gives every piece the scores of its bias. */
function biasedClassifier(bias: number[]): Model {
  const weights: Weights = randomBert(madeConfig, 1);
  const { hidden } = madeConfig;
  weights.set('classifier.weight', { shape: [5, hidden], data: new Float32Array(5 * hidden) });
  weights.set('classifier.bias', { shape: [5], data: Float32Array.from(bias) });
  return Model.create(madeConfig, weights, tokenClassification(5), 1);
}

/** Window of 6: the third word of the second sentence, a PER, is cut off; the first sentence has an invisible word. */
const split = packSentences(
  [
    {
      pieceIds: [2, 10, 11, 3],
      firstPieces: [1, -1, 2],
      spans: [{ start: 0, end: 1, label: 'PER' }],
    },
    {
      pieceIds: [2, 12, 13, 14, 15, 3],
      firstPieces: [1, 2, -1],
      spans: [
        { start: 0, end: 1, label: 'LOC' },
        { start: 2, end: 3, label: 'PER' },
      ],
    },
  ],
  labels,
);
const window = { split, maxPieces: 6, microBatchPieces: 100 };

describe('an evaluation', () => {
  test('of a model that says B-PER to every word, by hand', async () => {
    model = biasedClassifier([0, 2, 1, -1, 0]);
    const { evaluation } = await evaluate(window);
    const { loss, report, predictedTagIds } = evaluation!;
    expect([...predictedTagIds]).toEqual([1, -1, 1, 1, 1, -1]);
    // ln Σ e^score − score of the gold tag, over the four words that have a piece: B-PER, O, B-LOC, O.
    const logSum = Math.log(1 + Math.exp(2) + Math.exp(1) + Math.exp(-1) + 1);
    expect(loss).toBeCloseTo((logSum - 2 + logSum + logSum + 1 + logSum) / 4, 6);
    // Predicted PER 4 times, right once; gold 3 entities, one of them beyond the window.
    expect(report.entity).toMatchObject({ correct: 1, predicted: 4, gold: 3 });
    expect(report.entity.precision).toBeCloseTo(1 / 4, 12);
    expect(report.entity.recall).toBeCloseTo(1 / 3, 12);
    expect(report.byLabel['LOC']).toMatchObject({ correct: 0, predicted: 0, gold: 1 });
    expect(report).toMatchObject({
      sentences: 2,
      words: 6,
      wordsBeyondWindow: 1,
      entitiesBeyondWindow: 1,
    });
    // Right words: the B-PER, and the invisible word, which counts as O.
    expect(report.tokenAccuracy).toBeCloseTo(2 / 6, 12);
  });

  test('does not depend on how the sentences are batched', async () => {
    model = Model.create(madeConfig, randomBert(madeConfig, 3), tokenClassification(5), 1);
    const dev = makeSplit(50, 4);
    const one = await evaluate({ split: dev, maxPieces: 40, microBatchPieces: 1 });
    const all = await evaluate({ split: dev, maxPieces: 40, microBatchPieces: 4096 });
    expect(one.progress).toHaveLength(50);
    expect(one.progress.at(-1)).toEqual({ done: 50, sentences: 50 });
    expect(all.progress.length).toBeLessThan(5);
    expect(one.evaluation!.report).toEqual(all.evaluation!.report);
    expect(one.evaluation!.predictedTagIds).toEqual(all.evaluation!.predictedTagIds);
    expect(one.evaluation!.loss).toBeCloseTo(all.evaluation!.loss, 5);
  });

  test('leaves no tensor behind, and gives nothing once it was stopped', async () => {
    model = biasedClassifier([1, 0, 0, 0, 0]);
    const tensors = tf.memory().numTensors;
    await evaluate(window);
    const control = new RunControl();
    control.stop();
    expect(await evaluate({ ...window, control })).toEqual({ progress: [], evaluation: undefined });
    expect(tf.memory().numTensors).toBe(tensors);
  });

  test('of no sentences is all zeros', async () => {
    model = biasedClassifier([1, 0, 0, 0, 0]);
    const { evaluation } = await evaluate({ ...window, split: packSentences([], labels) });
    expect(evaluation!.loss).toBe(0);
    expect(evaluation!.report.entity).toMatchObject({ gold: 0, predicted: 0, f1: 0 });
  });
});
