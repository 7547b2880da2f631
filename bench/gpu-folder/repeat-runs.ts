import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { selectBackend, type BackendChoice } from '../../src/engine/start-engine';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { readWordTable } from '../../src/model/parameter-store';
import { plainRows } from '../../src/model/word-rows';
import { WORD_TABLE_KEY } from '../../src/model/word-table';
import { GpuTrainer } from '../../src/train/step/gpu-trainer';
import { benchTags, makeBatch, randomWeights, tinyBert } from '../train-cpu-messages';

const BATCH = 8;

export interface RepeatOptions {
  backend?: BackendChoice;
  /** Word pieces of each of eight sentences. */
  pieces?: number;
  /** Called with the digest of each run. */
  onRun?: (digest: string) => void;
}

/**
 * Trains the tiny model again and again from the same start, with dropout, clipping and the word pieces of its batch on the device.
 *
 * @returns of each run, a digest of all its losses, norms and weights at the end
 */
export async function digestRuns(
  runs: number,
  steps: number,
  { backend = 'webgpu-software', pieces = 64, onRun }: RepeatOptions = {},
): Promise<string[]> {
  await selectBackend(backend);
  const weights = randomWeights(tinyBert);
  const { pieceIds, labelIds } = makeBatch(BATCH, pieces);
  const batch = {
    pieceIds,
    offsets: Int32Array.from({ length: BATCH + 1 }, (_, i) => i * pieces),
    rows: Int32Array.from({ length: BATCH }, (_, row) => row),
  };
  const digests: string[] = [];
  for (let run = 0; run < runs; run++) {
    const words = await readWordTable(plainRows(weights.get(WORD_TABLE_KEY)!), pieceIds);
    const model = Model.create(tinyBert, weights, tokenClassification(benchTags), 1, words);
    const trainer = new GpuTrainer(model);
    const seen: (number | undefined)[] = [];
    for (let step = 0; step < steps; step++) {
      const dropout = { seed: 1, step };
      const part = { batch, labelIds, denominator: labelIds.length, dropout };
      const { loss, norm } = await trainer.gatherAndApply(part, {
        learningRate: 1e-3,
        clipNorm: 1,
      });
      seen.push(loss, norm);
    }
    const hash = sha256.create().update(bytesOf(Float64Array.from(seen)));
    for (const { data } of (await model.weights()).values()) hash.update(bytesOf(data));
    const digest = bytesToHex(hash.digest()).slice(0, 16);
    digests.push(`${digest}, last loss ${seen.at(-2)!.toFixed(4)}`);
    onRun?.(digests.at(-1)!);
    trainer.dispose();
    model.dispose();
  }
  return digests;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array | Float64Array) =>
  new Uint8Array(buffer, byteOffset, byteLength);
