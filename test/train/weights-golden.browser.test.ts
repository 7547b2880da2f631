/**
 * The weights after 20 steps of a seeded run, as commit 11c888a left them, before the redesign: see `EXPECTED`. The kernels without relaxed
 * SIMD round alike on every processor, and neither data nor weights come from a function of `Math` that browsers may compute otherwise.
 */
import { afterEach, expect, test } from 'vitest';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import type { Weights } from '../../src/model/weights';
import { TrainingRun } from '../../src/train/train-loop';
import { formulaWeights } from '../export/tiny-bert';
import { hashWeights } from '../reference/hash-weights';
import { useBackend } from '../reference/use-backend';
import { madeConfig, makeRun, makeSplit } from './made-split';

/** `hashWeights` by the settings of a run. */
const EXPECTED = {
  all: '9e29a675cd022944625b09abf0a545c001c4eba5567717a797c3f627f0b583f8',
  frozen: '3b605683069e638f9c8a78120a157ed7a21952ddb3f94974dc9003225df9819c',
};
const STEPS = 20;
/** B- and I- of the two labels, and O. */
const TAGS = 5;

let model: Model | undefined;
afterEach(() => model?.dispose());

/** The formula's numbers brought to the size of BERT's own; layer norms stay about 1. */
function startingWeights(): Weights {
  const weights = formulaWeights(madeConfig, TAGS);
  for (const [key, { data }] of weights) {
    if (!key.endsWith('LayerNorm.weight')) data.forEach((number, i) => (data[i] = number / 8));
  }
  return weights;
}

async function trainSteps(threads: number, frozenLayers: number): Promise<string> {
  await useBackend('wasm', threads, 'plain');
  model = Model.create(madeConfig, startingWeights(), tokenClassification(TAGS), 1);
  const train = makeSplit(8 * STEPS, 3);
  // In parts of at most 64 pieces: a step gathers several.
  const options = makeRun({ epochs: 1, frozenLayers }, { model, train, microBatchPieces: 64 });
  const run = new TrainingRun(options);
  try {
    for await (const event of run.events()) {
      if (event.kind === 'step' && event.step === STEPS) break;
    }
    expect(run.position.step).toBe(STEPS);
    // A checkpoint leaves out what was frozen, which the model still has as it began.
    const { weights } = await run.snapshotWeights();
    return await hashWeights(new Map([...(await model.weights()), ...weights]));
  } finally {
    run.dispose();
  }
}

test.each([1, 2])(
  '20 steps on %d thread(s) of the CPU engine lead to the weights of before the redesign',
  async (threads) => {
    expect(await trainSteps(threads, 0)).toBe(EXPECTED.all);
  },
);

test('and so they are where a layer is frozen', async () => {
  expect(await trainSteps(2, 1)).toBe(EXPECTED.frozen);
});
