import { roundUpRows } from '../../engine/ops/device-batch';
import type { BertConfig } from '../../model/bert-config';
import {
  classifierParameterShapes,
  encoderParameterShapes,
  isBelowLayer,
} from '../../model/parameters';
import { planByLength, planEpoch, type MicroBatch } from '../micro-batches';
import type { PackedSplit } from '../../tokenizer/pack/packed-split';
import type { Precision } from '../../recipe/precision';
import { MOST_SLOTS } from '../optimizer/optimizers';
import type { Speed } from './measure-speed';
import type { TrainRecipe } from '../../recipe/recipe';

export interface TimeEstimate {
  /** Time of the whole run, training and evaluations. */
  seconds: number;
  /** Time of an epoch and its evaluation. */
  secondsPerEpoch: number;
  /** Word pieces trained per second. */
  piecesPerSecond: number;
}

/** Estimates the time of a run: plans its batches as the run plans its first epoch, and looks each up on the measured line. */
export function estimateTime(
  speed: Speed,
  splits: { train: PackedSplit; dev: PackedSplit },
  recipe: TrainRecipe,
  microBatchPieces: number,
): TimeEstimate {
  const { batchSize, epochs, seed } = recipe;
  const limits = { batchSize, pieceBudget: microBatchPieces };
  const sumMs = (parts: MicroBatch[], line: Speed['train']) =>
    parts.reduce((sum, { pieces }) => sum + line.fixedMs + line.msPerPiece * pieces, 0);
  const epoch = planEpoch(splits.train, limits, seed, 0);
  const trainMs = sumMs(epoch.flat(), speed.train) + epoch.length * speed.updateMs;
  const byLength = { ...limits, batchSize: Math.max(1, splits.dev.sentences) };
  const evaluateMs = sumMs(planByLength(splits.dev, byLength), speed.evaluate);
  const secondsPerEpoch = (trainMs + evaluateMs) / 1000;
  return {
    seconds: epochs * secondsPerEpoch,
    secondsPerEpoch,
    piecesPerSecond: trainMs === 0 ? 0 : (1000 * splits.train.pieceIds.length) / trainMs,
  };
}

/** Memory of the backend that a run takes, in bytes; each figure includes the one before it. */
export interface MemoryEstimate {
  /** Weights, gradients and the optimiser's state: a smaller micro-batch saves nothing of these. */
  modelBytes: number;
  /** Memory from the first step on, with the largest micro-batch. */
  trainingBytes: number;
  /** Memory while dev is scored. */
  peakBytes: number;
}

/**
 * Estimates the memory of a run: copies of the parameters, and vectors for each piece of a micro-batch and each layer.
 *
 * On WASM: weights, the optimiser's slots, the gradients so far and a micro-batch's; 16 vectors of the hidden width and 5 of the intermediate width;
 * a quarter more, because the heap grows in steps. Within 10 % of the heap of a MiniLM in micro-batches of 512 and 1024 pieces.
 *
 * On WebGPU: weights, the optimiser's slots and one set of gradients; what the captured step keeps of each layer, 8 vectors of the hidden width and 2
 * of the intermediate width; and 7 of the hidden width that it works with; in half precision half of that, but for 2, and a copy of the linear
 * weights. Within 1 % of what is allocated. Scoring takes 15 and 4 for each size of batch, and has two: its tensors are freed layer by layer,
 * but into a pool for tensors of the same size.
 *
 * @param config with as many rows of word embeddings as the model has: see `countRows`
 */
export function estimateMemory(
  config: BertConfig,
  tagCount: number,
  microBatchPieces: number,
  maxPieces: number,
  backend: string,
  precision: Precision = 'f32',
): MemoryEstimate {
  const { layers, hidden, intermediate } = config;
  // A sentence over the budget goes alone.
  const pieces = Math.max(microBatchPieces, maxPieces);
  const parameters = parameterBytes(config, tagCount);
  if (backend === 'wasm') {
    const modelBytes = 1.25 * (3 + MOST_SLOTS) * parameters;
    const trainingBytes =
      1.25 *
      ((3 + MOST_SLOTS) * parameters + 4 * pieces * layers * (16 * hidden + 5 * intermediate));
    return { modelBytes, trainingBytes, peakBytes: trainingBytes };
  }
  const rows = roundUpRows(pieces);
  const kept = layers * (8 * hidden + 2 * intermediate) + 7 * hidden;
  const isHalf = precision === 'f16';
  const copyBytes = isHalf ? 2 * layers * (4 * hidden * hidden + 2 * hidden * intermediate) : 0;
  const modelBytes = (2 + MOST_SLOTS) * parameters + copyBytes;
  const trainingBytes = modelBytes + 4 * rows * (isHalf ? kept / 2 + 2 * hidden : kept);
  const scoringBytes = 2 * 4 * rows * (15 * hidden + 4 * intermediate);
  return {
    ...{ modelBytes, trainingBytes },
    peakBytes: trainingBytes + scoringBytes,
  };
}

/** Bytes of storage that a run's checkpoints take. */
export interface CheckpointSizes {
  /** Bytes of the best epoch: its trained weights. */
  bestBytes: number;
  /** Bytes of the largest checkpoint that a run resumes from: trained weights, the optimiser's slots and the gradients of an unfinished step. */
  checkpointBytes: number;
  /** Bytes of such a checkpoint and the best epoch: the least that a run needs to keep both. */
  roomBytes: number;
  /** Bytes of all that may be stored at once: two such checkpoints, a third while it is written, and the best epoch. */
  peakBytes: number;
}

/**
 * Estimates the storage that a run's checkpoints take: they hold what training changes, so neither frozen layers nor rows of the word-embedding
 * table that the corpus does not need.
 *
 * @param wordRows rows of the table that are kept for the corpus: see `WordTable`
 */
export function estimateCheckpoints(
  config: BertConfig,
  tagCount: number,
  { frozenLayers = 0 }: Pick<TrainRecipe, 'frozenLayers'>,
  wordRows: number,
): CheckpointSizes {
  const kept = { ...config, vocabularySize: wordRows };
  const isTrained = (key: string) => frozenLayers === 0 || !isBelowLayer(key, frozenLayers);
  const bestBytes = parameterBytes(kept, tagCount, isTrained);
  const checkpointBytes = (MOST_SLOTS + 2) * bestBytes;
  return {
    bestBytes,
    checkpointBytes,
    roomBytes: checkpointBytes + bestBytes,
    peakBytes: 3 * checkpointBytes + bestBytes,
  };
}

/**
 * Chooses the pieces of a micro-batch so that one takes about a second on two slow cores, for a pause or a stop acts between two of them:
 * 512 for a MiniLM, fewer for a larger encoder. A GPU is given eight times as many.
 *
 * @param takes what a run with so many pieces takes of the memory; fewer are chosen until that is at most `room`, but not below 64
 */
export function chooseMicroBatchPieces(
  config: BertConfig,
  backend: string,
  takes: (pieces: number) => number = () => 0,
  room = Infinity,
): number {
  const { layers, hidden, intermediate } = config;
  const productsPerPiece = layers * hidden * (4 * hidden + 2 * intermediate);
  const productsPerSecond = (backend === 'webgpu' ? 8 : 1) * 5.5e9;
  let pieces = Math.floor(productsPerSecond / productsPerPiece / 64) * 64;
  pieces = Math.min(4096, Math.max(64, pieces));
  while (pieces > 64 && takes(pieces) > room) pieces -= 64;
  return pieces;
}

function parameterBytes(
  config: BertConfig,
  tagCount: number,
  isCounted: (key: string) => boolean = () => true,
): number {
  const shapes = [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, tagCount),
  ];
  return shapes
    .filter(([key]) => isCounted(key))
    .reduce((sum, [, shape]) => sum + 4 * shape.reduce((a, b) => a * b, 1), 0);
}
