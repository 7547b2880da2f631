import type { BertConfig } from '../model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../model/parameters';
import { planByLength, planEpoch, type MicroBatch } from '../tokenizer/batches';
import type { PackedSplit } from '../tokenizer/packed-split';
import type { Speed } from './measure-speed';
import type { TrainRecipe } from './recipe';

export interface TimeEstimate {
  /** Training and evaluations of the whole run. */
  seconds: number;
  /** Real pieces trained a second, padding left out. */
  piecesPerSecond: number;
}

/** What a run will take: the batches are planned as the run plans its first epoch, and each is looked up on the measured line. */
export function estimateTime(
  speed: Speed,
  splits: { train: PackedSplit; dev: PackedSplit },
  recipe: TrainRecipe,
  microBatchPieces: number,
  isPadded = true,
): TimeEstimate {
  const { batchSize, maxPieces, epochs, seed } = recipe;
  const limits = { batchSize, pieceBudget: microBatchPieces, maxPieces, isPadded };
  const sumMs = (parts: MicroBatch[], line: Speed['train']) =>
    parts.reduce(
      (sum, { computedPieces }) => sum + line.fixedMs + line.msPerPiece * computedPieces,
      0,
    );
  const epoch = planEpoch(splits.train, limits, seed, 0);
  const parts = epoch.flatMap(({ microBatches }) => microBatches);
  const trainMs = sumMs(parts, speed.train) + epoch.length * speed.updateMs;
  const byLength = { ...limits, batchSize: Math.max(1, splits.dev.sentences) };
  const evaluateMs = sumMs(planByLength(splits.dev, byLength), speed.evaluate);
  return {
    seconds: (epochs * (trainMs + evaluateMs)) / 1000,
    piecesPerSecond: trainMs === 0 ? 0 : (1000 * splits.train.pieceIds.length) / trainMs,
  };
}

/**
 * The backend's memory at its peak, in bytes: copies of the parameters, and vectors for each piece of a micro-batch and each layer.
 *
 * On WASM: weights, two moments, the gradients so far and a micro-batch's; 16 vectors of the hidden width and 5 of the intermediate width;
 * a quarter more, because the heap grows in steps. Within 10 % of the heap of a MiniLM in micro-batches of 512 and 1024 pieces.
 *
 * On WebGPU: weights, two moments and one set of gradients; what the captured step keeps of each layer, 8 vectors of the hidden width and 2
 * of the intermediate width; and 7 of the hidden width that it works with. Within 1 % of what is allocated.
 */
export function estimateMemoryBytes(
  config: BertConfig,
  tagCount: number,
  microBatchPieces: number,
  maxPieces: number,
  backend: string,
): number {
  const { layers, hidden, intermediate } = config;
  // A sentence over the budget goes alone.
  const pieces = Math.max(microBatchPieces, maxPieces);
  const bytes = (copies: number, floatsPerPiece: number) =>
    copies * parameterBytes(config, tagCount) + 4 * pieces * floatsPerPiece;
  return backend === 'wasm'
    ? 1.25 * bytes(5, layers * (16 * hidden + 5 * intermediate))
    : bytes(4, layers * (8 * hidden + 2 * intermediate) + 7 * hidden);
}

/** Disk that a run's checkpoints take at most: two of weights and moments, a third while it is written, and the best one's weights. */
export function estimateStorageBytes(config: BertConfig, tagCount: number): number {
  return (3 * 3 + 1) * parameterBytes(config, tagCount);
}

/**
 * Pieces of a micro-batch so that one takes about a second on two slow cores, for a pause or a stop acts between two of them:
 * 512 for a MiniLM, fewer for a larger encoder. A GPU is given eight times as many.
 */
export function chooseMicroBatchPieces(config: BertConfig, backend: string): number {
  const { layers, hidden, intermediate } = config;
  const productsPerPiece = layers * hidden * (4 * hidden + 2 * intermediate);
  const productsPerSecond = (backend === 'webgpu' ? 8 : 1) * 5.5e9;
  const pieces = Math.floor(productsPerSecond / productsPerPiece / 64) * 64;
  return Math.min(4096, Math.max(64, pieces));
}

function parameterBytes(config: BertConfig, tagCount: number): number {
  const shapes = [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, tagCount),
  ];
  return shapes.reduce((sum, [, shape]) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
}
