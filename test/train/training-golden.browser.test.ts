import { afterEach, describe, expect, test } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { selectBackend } from '../../src/engine/start-engine';
import { classifierParameterShapes, encoderParameterShapes } from '../../src/model/parameters';
import { seededNormal } from '../../src/random/seeded-normal';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import type { Weights } from '../../src/model/weights';
import { planByLength, takePieces, type MicroBatch } from '../../src/train/micro-batches';
import type { Task } from '../../src/train/task';
import { countLabelledWords, labelPieces } from '../../src/train/tasks/token-classification/labels';
import { RunControl } from '../../src/train/run-control';
import { planSchedule } from '../../src/recipe/schedule';
import type { TrainRecipe } from '../../src/recipe/recipe';
import { createTrainer } from '../../src/train/step/create-trainer';
import type { Trainer } from '../../src/train/step/trainer';
import { takeStep } from '../../src/train/train-step';
import { useLayers } from '../../src/train/apply-recipe';
import headRate from '../reference/golden/training-head-rate.json';
import golden from '../reference/golden/training.json';
import { packSentences } from './made-split';

/** Parameter number i: normal(0, 0.2) from seed 100 + i, layer norm weights around 1, as make-training-golden.py starts. */
function startingWeights(): Weights {
  const shapes = [
    ...encoderParameterShapes(golden.config),
    ...classifierParameterShapes(golden.config, golden.tags),
  ];
  return new Map(
    shapes.map(([key, shape], i) => {
      const centre = key.endsWith('LayerNorm.weight') ? 1 : 0;
      const size = shape.reduce((product, width) => product * width, 1);
      const data = seededNormal(size, 0.2, 100 + i).map((number) => centre + number);
      return [key, { shape, data }];
    }),
  );
}

const positionsOfLabels = (labelIds: number[]) =>
  labelIds.flatMap((label, piece) => (label === -100 ? [] : [piece]));
const split = packSentences(
  golden.sentences.map(({ pieceIds, labelIds }) => ({
    pieceIds,
    firstPieces: positionsOfLabels(labelIds),
    spans: [],
  })),
  [],
);
const wordTagIds = Int32Array.from(
  golden.sentences.flatMap(({ labelIds }) => labelIds.filter((label) => label !== -100)),
);

/** The golden's labels stand by word; they are not of a tag scheme. */
const task: Pick<Task, 'takeBatch' | 'countLabels'> = {
  takeBatch: (microBatch) => ({
    batch: takePieces(split, microBatch),
    labelIds: labelPieces(split, wordTagIds, microBatch),
  }),
  countLabels: (microBatches) => countLabelledWords(split, microBatches),
};

/** Sentences first … first + batchSize in micro-batches of at most `pieceBudget` pieces. */
function batchFrom(first: number, pieceBudget: number): MicroBatch[] {
  const { batchSize } = golden.recipe;
  const part = packSentences(
    golden.sentences
      .slice(first, first + batchSize)
      .map(({ pieceIds }) => ({ pieceIds, firstPieces: [], spans: [] })),
    [],
  );
  const microBatches = planByLength(part, { batchSize, pieceBudget });
  for (const { sentences } of microBatches) sentences.forEach((s, i) => (sentences[i] = s + first));
  return microBatches;
}

let model: Model | undefined;
let trainer: Trainer | undefined;
afterEach(() => {
  trainer?.dispose();
  model?.dispose();
});

/** A run of PyTorch's over the golden's sentences. */
interface GoldenRun extends Pick<typeof golden, 'losses' | 'gradientNorms' | 'logits'> {
  recipe: typeof golden.recipe & Pick<TrainRecipe, 'layers' | 'headRate'>;
}

/** Trains on the golden's batches and holds every step against PyTorch; returns the trained model. */
async function holdSteps(
  steps: number,
  pieceBudget: number,
  { recipe, losses, gradientNorms }: GoldenRun = golden,
): Promise<Model> {
  const config = useLayers(golden.config, recipe);
  model = Model.create(config, startingWeights(), tokenClassification(golden.tags), 1);
  trainer = createTrainer(model, recipe);
  const schedule = planSchedule(golden.sentences.length, recipe);
  expect(schedule.steps).toBe(losses.length);
  const tensors = tf.memory().numTensors;
  for (let step = 0; step < steps; step++) {
    const first = (step * recipe.batchSize) % golden.sentences.length;
    const outcome = await takeStep({
      accumulated: { parts: 0, loss: 0 },
      trainer,
      task,
      microBatches: batchFrom(first, pieceBudget),
      settings: {
        learningRate: recipe.learningRate * schedule.at(step).learningRateFactor,
        clipNorm: recipe.clipNorm,
      },
      dropout: { seed: 1, step },
      control: new RunControl(),
    });
    // f32 sums in another order drift apart by about 1e-6 a step here.
    expect(Math.abs(outcome!.loss - losses[step]!), `loss ${step}`).toBeLessThan(1e-4);
    const norm = outcome!.gradientNorm / gradientNorms[step]!;
    expect(Math.abs(norm - 1), `gradient norm ${step}`).toBeLessThan(1e-3);
  }
  expect(tf.memory().numTensors).toBe(tensors);
  return model;
}

/** Holds the trained model's logits of the first sentences against PyTorch's. */
async function holdLogits(trained: Model, expectedLogits: readonly number[][]): Promise<void> {
  for (const [sentence, expected] of expectedLogits.entries()) {
    const alone = { sentences: Int32Array.of(sentence), sentenceIndices: Int32Array.of(0) };
    const numbers = await trained.score(takePieces(split, alone));
    const largest = Math.max(...expected.map((x, i) => Math.abs(x - numbers[i]!)));
    expect(largest, `logits ${sentence}`).toBeLessThan(1e-4);
  }
}

describe('fine-tuning as PyTorch does it', () => {
  test.each([1000, 70])(
    '30 steps on WASM, in micro-batches of at most %d pieces, then equal logits',
    async (pieceBudget) => {
      await selectBackend('wasm', { threads: 1 });
      const trained = await holdSteps(30, pieceBudget);
      await holdLogits(trained, golden.logits);
    },
  );

  test('the lowest layer alone, its head at ten times the rate: 15 steps on WASM, 3 on WebGPU', async () => {
    await selectBackend('wasm', { threads: 1 });
    await holdLogits(await holdSteps(15, 70, headRate), headRate.logits);
    for (const each of [trainer!, model!]) each.dispose();
    await selectBackend('webgpu-software');
    await holdSteps(3, 1000, headRate);
  });

  test('3 steps on WebGPU', async () => {
    await selectBackend('webgpu-software');
    await holdSteps(3, 1000);
  });
});
