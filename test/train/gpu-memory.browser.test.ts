import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { currentEngine } from '../../src/engine/engine';
import { gpuBackend } from '../../src/engine/webgpu/device/gpu-backend';
import type { BertConfig } from '../../src/model/bert-config';
import { joinSentences } from '../../src/model/piece-batch';
import { randomBert } from '../../src/model/random-bert';
import { tokenClassification } from '../../src/model/heads/token-classification';
import { Model } from '../../src/model/model';
import { estimateMemory } from '../../src/train/pace/estimate';
import { GpuTrainer } from '../../src/train/step/gpu-trainer';
import { useBackend } from '../reference/use-backend';

beforeAll(() => useBackend('webgpu'));

/** Large enough that what is not counted, such as the numbers of plans, is little. */
const config: BertConfig = {
  ...{ vocabularySize: 3000, hidden: 128, layers: 3, heads: 4, intermediate: 512 },
  ...{ maxPositions: 512, tokenTypes: 2, layerNormEpsilon: 1e-12 },
  ...{ hiddenDropout: 0.1, attentionDropout: 0.1 },
};
const tags = 9;

const wholeBatch = (sentences: number, pieces: number) =>
  joinSentences(Array.from({ length: sentences }, () => new Int32Array(pieces)));

/** Bytes that tensors and plans hold, and those kept for tensors to come. */
function bytesInGpu() {
  const memory = tf.memory() as unknown as Record<string, number>;
  return { held: memory['numBytesInGPU']!, allocated: memory['numBytesAllocatedInGPU']! };
}

test.each([
  { batch: 8, pieces: 128, other: [7, 128], precision: 'f32' as const },
  { batch: 8, pieces: 128, other: [7, 128], precision: 'f16' as const },
  { batch: 32, pieces: 32, other: [28, 32], precision: 'f32' as const },
  // Rows are rounded up.
  { batch: 1, pieces: 461, other: [1, 411], precision: 'f32' as const },
])(
  'a trainer allocates for $batch × $pieces pieces in $precision what was estimated',
  async (size) => {
    const { batch, pieces, other, precision } = size;
    currentEngine().releaseUnusedMemory();
    const before = bytesInGpu();
    const model = Model.create(config, randomBert(config, 1), tokenClassification(tags), 1);
    const trainer = new GpuTrainer(model, undefined, { precision });
    const expected = estimateMemory(config, tags, batch * pieces, pieces, 'webgpu', precision);
    expect((bytesInGpu().held - before.held) / expected.modelBytes).toBeCloseTo(1, 2);

    const part = wholeBatch(batch, pieces);
    const labelIds = new Int32Array(batch * pieces);
    trainer.prepare({ batch: part, labelIds, denominator: 10, dropout: { seed: 1, step: 0 } });
    const prepared = bytesInGpu();
    const ratio = (prepared.held - before.held) / expected.trainingBytes;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);

    // Scoring, with batches of two sizes; at the pace of a fast device, which leaves most of what tfjs frees to its pool.
    gpuBackend().gpu.queue.pace = { dispatches: 8, noteSubmit: () => undefined };
    for (const scored of [part, wholeBatch(other[0]!, other[1]!)]) await model.score(scored);
    const scored = bytesInGpu();
    expect(scored.held).toBe(prepared.held);
    const peak = scored.allocated - before.allocated;
    expect(peak).toBeLessThan(1.02 * expected.peakBytes);
    expect(peak).toBeGreaterThan(0.9 * expected.peakBytes);

    currentEngine().releaseUnusedMemory();
    expect(bytesInGpu().allocated).toBeLessThanOrEqual(prepared.allocated);
    trainer.dispose();
    model.dispose();
    expect(bytesInGpu().held).toBe(before.held);
  },
);
