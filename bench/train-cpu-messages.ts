import type { BertConfig } from '../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../src/model/parameters';
import type { Weights } from '../src/model/weights';
import { seededNormal } from '../src/model/seeded-normal';
import { answerWith } from './worker-call';

/** all-MiniLM-L6-v2's shape: 22.6 million parameters. */
export const miniLm: BertConfig = {
  vocabularySize: 30_522,
  hidden: 384,
  layers: 6,
  heads: 12,
  intermediate: 1536,
  maxPositions: 512,
  tokenTypes: 2,
  layerNormEpsilon: 1e-12,
  hiddenDropout: 0.1,
  attentionDropout: 0.1,
};
export const benchTags = 9;

/** A batch without padding, every piece labelled. */
export interface BenchBatch {
  batch: number;
  pieces: number;
  pieceIds: Int32Array;
  labelIds: Int32Array;
}

export function makeBatch(batch: number, pieces: number): BenchBatch {
  const size = batch * pieces;
  return {
    batch,
    pieces,
    pieceIds: Int32Array.from({ length: size }, (_, i) => (i * 7919 + 13) % miniLm.vocabularySize),
    labelIds: Int32Array.from({ length: size }, (_, i) => (i * 31) % benchTags),
  };
}

export function randomWeights(config: BertConfig): Weights {
  const weights: Weights = new Map();
  for (const [key, shape] of [
    ...encoderParameterShapes(config),
    ...classifierParameterShapes(config, benchTags),
  ]) {
    const size = shape.reduce((product, length) => product * length, 1);
    const isScale = key.endsWith('LayerNorm.weight');
    const data =
      isScale || key.endsWith('bias')
        ? new Float32Array(size).fill(isScale ? 1 : 0)
        : seededNormal(size, 0.02, weights.size + 1);
    weights.set(key, { shape, data });
  }
  return weights;
}

/** The prototype's tiny BERT: 2 layers, 128 wide. */
export const tinyBert: BertConfig = {
  ...miniLm,
  hidden: 128,
  layers: 2,
  heads: 2,
  intermediate: 512,
};

/** BERT base's shape (Devlin et al. 2019, §3): 109 million parameters. */
export const bertBase: BertConfig = {
  ...miniLm,
  hidden: 768,
  layers: 12,
  intermediate: 3072,
};

/** What a worker starts with, before its first step. */
export interface StartRequest {
  config: BertConfig;
  threads: number;
}

/** One effective batch, cut into micro-batches of at most so many pieces. */
export interface StepRequest {
  batch: BenchBatch;
  microBatchPieces: number;
}

export interface StepReply {
  ms: number;
  loss: number;
  threads: number;
  heapBytes: number;
}

/** A worker's two answers. */
export interface Trainer {
  start(request: StartRequest): Promise<void>;
  step(request: StepRequest): Promise<StepReply>;
}

/** Answers the benchmark's messages, one at a time. */
export function serve(trainer: Trainer): void {
  answerWith((request: StartRequest | StepRequest) =>
    'config' in request ? trainer.start(request) : trainer.step(request),
  );
}
