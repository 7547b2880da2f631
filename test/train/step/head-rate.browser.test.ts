import { expect, test } from 'vitest';
import { tokenClassification } from '../../../src/model/heads/token-classification';
import { Model } from '../../../src/model/model';
import type { Weights } from '../../../src/model/weights';
import type { Precision } from '../../../src/recipe/precision';
import { DEFAULT_RECIPE } from '../../../src/recipe/presets';
import { createTrainer } from '../../../src/train/step/create-trainer';
import { goldenSteps, tinyConfig, tinyTags, tinyWeights } from '../../reference/tiny-bert';
import { useBackend } from '../../reference/use-backend';

/** Takes the first step without clipping and decay, whose update is the learning rate times the gradient's sign, about. */
async function takeFirstStep(headRate: number, precision: Precision): Promise<Weights> {
  const model = Model.create(tinyConfig, tinyWeights(), tokenClassification(tinyTags), 1);
  const recipe = { ...DEFAULT_RECIPE, weightDecay: 0, headRate };
  const trainer = createTrainer(model, recipe, { precision });
  const { batch, labelIds, denominator } = goldenSteps()[0]!;
  const settings = { learningRate: 1e-3, clipNorm: 0 };
  await trainer.gatherAndApply({ batch, labelIds, denominator }, settings);
  const weights = await model.weights();
  for (const each of [trainer, model]) each.dispose();
  return weights;
}

test.each([
  ['cpu', 'f32'],
  ['wasm', 'f32'],
  ['webgpu', 'f32'],
  ['webgpu', 'f16'],
] as const)(
  'a head at ten times the rate moves ten times as far, and the encoder as before, on %s in %s',
  async (backend, precision) => {
    await useBackend(backend);
    const before = tinyWeights();
    const [same, tenfold] = [await takeFirstStep(1, precision), await takeFirstStep(10, precision)];
    for (const [key, { data }] of tenfold) {
      if (!key.startsWith('classifier.')) {
        expect(data, key).toEqual(same.get(key)!.data);
        continue;
      }
      const start = before.get(key)!.data;
      const moved = data.map((x, i) => x - start[i]!);
      const expected = same.get(key)!.data.map((x, i) => 10 * (x - start[i]!));
      // Weights about 0.1 to 1 are rounded by 6e-8 at most, ten times over in the smaller change.
      const apart = moved.map((x, i) => Math.abs(x - expected[i]!));
      expect(Math.max(...apart), key).toBeLessThan(1.5e-6);
      expect(Math.max(...moved.map(Math.abs)), key).toBeGreaterThan(5e-3);
    }
  },
);
