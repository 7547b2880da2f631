import { expect, test } from 'vitest';
import { IGNORED_LABEL } from '../../src/engine/ops/masked-cross-entropy';
import { exportOnnx } from '../../src/export/export-onnx';
import { readOnnxFile } from '../../src/infer/onnx/onnx-file';
import { createSession } from '../../src/infer/session';
import { joinSentences, type PieceBatch } from '../../src/model/piece-batch';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { SeededRandom } from '../../src/random/seeded-random';
import { GpuTrainer } from '../../src/train/step/gpu-trainer';
import { formulaWeights, tinyConfig, tinyMetadata, tinyVocabulary } from '../export/tiny-bert';
import { useBackend } from '../reference/use-backend';

const tagCount = tinyMetadata.tags.length;
const [CLS, SEP, FIRST_LETTER] = [2, 3, 5];

/** `[CLS] letters [SEP]`, of so many pieces each. */
function makeSentences(lengths: readonly number[], seed: number): Int32Array[] {
  const random = new SeededRandom(seed);
  const letter = () => FIRST_LETTER + random.nextBelow(tinyVocabulary.length - FIRST_LETTER);
  return lengths.map((length) =>
    Int32Array.from({ length }, (_, i) => (i === 0 ? CLS : i === length - 1 ? SEP : letter())),
  );
}

/** A tag for each letter, so that there is something to learn. */
const labelsOf = ({ pieceIds }: PieceBatch) =>
  pieceIds.map((id) => (id < FIRST_LETTER ? IGNORED_LABEL : id % tagCount));

/** Some steps, with dropout, of a model that starts from formula weights. */
async function trainSteps(steps: number): Promise<{ model: Model; loss: number[] }> {
  const weights = formulaWeights(tinyConfig, tagCount);
  const model = Model.create(tinyConfig, weights, tokenClassification(tagCount), 1);
  const trainer = new GpuTrainer(model);
  const loss: number[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = joinSentences(makeSentences([11, 5, 8, 3], step));
    const labelIds = labelsOf(batch);
    const denominator = labelIds.filter((label) => label >= 0).length;
    const dropout = { seed: 4, step };
    loss.push(await trainer.gather({ batch, labelIds, denominator, dropout }));
    await trainer.apply({ learningRate: 1e-2, clipNorm: 1 });
  }
  trainer.dispose();
  return { model, loss };
}

test('what a model says on WebGPU after training is what its exported file says in onnxruntime, padded or alone', async () => {
  await useBackend('webgpu');
  const { model, loss } = await trainSteps(12);
  expect(loss.at(-1)).toBeLessThan(loss[0]!);
  const metadata = tinyMetadata;
  const parts = await exportOnnx({ config: tinyConfig, weights: await model.weights(), metadata });
  const session = await createSession(await readOnnxFile(new File(parts, 'trained.onnx')), 1);

  // Padded to the longest in one batch, then each alone; 2 is a sentence without a word.
  const sentences = makeSentences([11, 2, 7, 3, 10], 99);
  for (const together of [sentences, ...sentences.map((sentence) => [sentence])]) {
    const batch = joinSentences(together);
    const [ours, exported] = [await model.score(batch), await session.logits(together)];
    let largest = 0;
    together.forEach((sentence, row) => {
      for (let at = 0; at < sentence.length * tagCount; at++) {
        const score = ours[batch.offsets[row]! * tagCount + at]!;
        const difference = Math.abs(
          score - exported.logits[row * exported.pieces * tagCount + at]!,
        );
        largest = difference <= largest ? largest : difference; // a NaN is taken
      }
    });
    expect(largest, `${together.length} sentences`).toBeLessThan(1e-4);
  }
  await session.release();
  model.dispose();
});
