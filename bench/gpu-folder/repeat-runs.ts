import { createHash } from 'node:crypto';
import { selectBackend } from '../../src/engine/backend';
import { TokenClassifier } from '../../src/model/token-classifier';
import { GpuTrainer } from '../../src/train/gpu-trainer';
import { benchTags, makeBatch, randomWeights, tinyBert } from '../train-cpu-messages';

const [BATCH, PIECES] = [8, 64];

/**
 * Trains the tiny model again and again from the same start, with dropout and clipping.
 *
 * @returns of each run, a digest of all its losses, norms and weights at the end
 */
export async function digestRuns(runs: number, steps: number): Promise<string[]> {
  await selectBackend('webgpu-software');
  const weights = randomWeights(tinyBert);
  const { pieceIds, labelIds } = makeBatch(BATCH, PIECES);
  const batch = {
    ...{ batch: BATCH, pieces: PIECES, pieceIds },
    attentionMask: new Int32Array(BATCH * PIECES).fill(1),
    rows: Int32Array.from({ length: BATCH }, (_, row) => row),
  };
  const digests: string[] = [];
  for (let run = 0; run < runs; run++) {
    const classifier = TokenClassifier.create(tinyBert, weights, benchTags, 1);
    const trainer = new GpuTrainer(classifier, classifier.parameters);
    const seen: (number | undefined)[] = [];
    for (let step = 0; step < steps; step++) {
      const dropout = { seed: 1, step };
      seen.push(
        await trainer.gather({ batch, labelIds, labelledWords: labelIds.length, dropout }),
        await trainer.apply(1e-3, 1),
      );
    }
    const hash = createHash('sha256').update(Float64Array.from(seen));
    for (const { data } of (await classifier.weights()).values()) hash.update(data);
    digests.push(`${hash.digest('hex').slice(0, 16)}, last loss ${seen.at(-2)!.toFixed(4)}`);
    trainer.dispose();
    classifier.dispose();
  }
  return digests;
}
