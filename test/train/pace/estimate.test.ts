import { describe, expect, test } from 'vitest';
import {
  chooseMicroBatchPieces,
  estimateMemory,
  estimateCheckpoints,
  estimateTime,
} from '../../../src/train/pace/estimate';
import { bertBase, miniLm } from '../../reference/model-shapes';
import { madeRecipe, packSentences } from '../made-split';

const sentences = (count: number, pieces: number) =>
  packSentences(
    Array.from({ length: count }, () => ({
      pieceIds: new Array<number>(pieces).fill(1),
      firstPieces: [1],
      spans: [],
    })),
    [],
  );

describe('estimates', () => {
  test('time adds up every micro-batch, update and evaluation of the run, by hand', () => {
    const speed = {
      train: { fixedMs: 10, msPerPiece: 1 },
      evaluate: { fixedMs: 5, msPerPiece: 0.5 },
      updateMs: 100,
    };
    const recipe = { ...madeRecipe, epochs: 3, batchSize: 4, maxPieces: 40 };
    const splits = { train: sentences(10, 15), dev: sentences(3, 20) };
    // Train: batches of 4, 4 and 2 sentences of 15 pieces, at most 2 a micro-batch of 32 pieces: 5 of them. Dev: 20 pieces, one sentence
    // a micro-batch: 3 of them.
    const epochMs = 5 * (10 + 30) + 3 * 100 + 3 * (5 + 10);
    const { seconds, secondsPerEpoch, piecesPerSecond } = estimateTime(speed, splits, recipe, 32);
    expect(seconds).toBeCloseTo((3 * epochMs) / 1000, 9);
    expect(secondsPerEpoch).toBeCloseTo(epochMs / 1000, 9);
    expect(piecesPerSecond).toBeCloseTo(150 / (0.001 * (5 * 40 + 300)), 9);
  });

  test('a MiniLM with 13 tags has 22.6 million parameters to keep, with 2,000 of its 30,522 pieces 11.6 million', () => {
    // 22,713,216 of BertModel, less the pooler's 384 · 384 + 384, and 13 · 384 + 13 of the head.
    const parameters = 22_713_216 - 147_840 + 5_005 - (30_522 - 2_000) * 384;
    // AdamW keeps two moments of each, and a step may be interrupted with its gradients.
    expect(estimateCheckpoints(miniLm, 13, {}, 2_000)).toEqual({
      bestBytes: 4 * parameters,
      checkpointBytes: 4 * 4 * parameters,
      roomBytes: 5 * 4 * parameters,
      peakBytes: 13 * 4 * parameters,
    });
    // Each layer has 4 · (384² + 384) + 2 · 384 · 1536 + 1536 + 384 of products and 4 · 384 of norms; three of six are frozen.
    const trained = 3 * (4 * (384 ** 2 + 384) + 2 * 384 * 1536 + 1536 + 384 + 4 * 384) + 5_005;
    expect(estimateCheckpoints(miniLm, 13, { frozenLayers: 3 }, 2_000)).toMatchObject({
      bestBytes: 4 * trained,
      checkpointBytes: 4 * 4 * trained,
    });
  });

  test.each([
    { rows: 8, pieces: 64, heapMb: 783 },
    { rows: 16, pieces: 64, heapMb: 961 },
    { rows: 8, pieces: 128, heapMb: 961 },
  ])('memory of $rows × $pieces is within 10 % of the heap measured once', (measured) => {
    const { rows, pieces, heapMb } = measured;
    const { peakBytes } = estimateMemory(miniLm, 13, rows * pieces, pieces, 'wasm');
    const ratio = peakBytes / (heapMb * 1e6);
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  });

  test.each([
    { name: 'MiniLM', config: miniLm, pieces: 8 * 128, gpuMb: 524 },
    { name: 'bert-base', config: bertBase, pieces: 16 * 128, gpuMb: 2996 },
  ])(
    'memory of $name on a GPU is within 1 % of what `bench/train-webgpu` allocates',
    (measured) => {
      const { config, pieces, gpuMb } = measured;
      const { trainingBytes } = estimateMemory(config, 9, pieces, 128, 'webgpu');
      expect(trainingBytes / (gpuMb * 1e6)).toBeCloseTo(1, 2);
    },
  );

  test('micro-batches shrink with the size of the encoder', () => {
    const tiny = { ...miniLm, hidden: 32, layers: 2, intermediate: 64 };
    const choices = [tiny, miniLm, bertBase].map((config) =>
      chooseMicroBatchPieces(config, 'wasm'),
    );
    expect(choices).toEqual([4096, 512, 64]);
    expect(chooseMicroBatchPieces(miniLm, 'webgpu')).toBe(4096);
  });

  test('micro-batches shrink until the run fits into memory, but not for ever', () => {
    const takes = (pieces: number) => estimateMemory(bertBase, 9, pieces, 128, 'webgpu').peakBytes;
    const choose = (room: number) => chooseMicroBatchPieces(bertBase, 'webgpu', takes, room);
    const unbounded = choose(Infinity);
    expect(unbounded).toBe(512);
    expect(choose(takes(unbounded))).toBe(unbounded);
    const { modelBytes } = estimateMemory(bertBase, 9, unbounded, 128, 'webgpu');
    // Four copies of BertModel's parameters without its pooler's, and of a head with 9 tags.
    expect(modelBytes / (4 * 4 * (109_482_240 - 590_592 + 9 * 769))).toBe(1);
    const chosen = choose(takes(unbounded) - 1);
    expect(chosen).toBe(448);
    expect(takes(chosen)).toBeLessThan(takes(unbounded));
    expect(choose(modelBytes)).toBe(64);
  });
});
