import type { BertConfig } from '../src/model/bert-config';
import { classifierParameterShapes, encoderParameterShapes } from '../src/model/parameters';
import type { Weights } from '../src/model/weights';
import { seededNormal } from '../src/random/seeded-normal';
import { miniLm } from '../test/reference/model-shapes';
import { answerWith } from './worker-call';

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

/** Pieces of a made-up corpus: those of the batches, and as many as the sample corpora have. */
export function corpusPieces({ vocabularySize }: BertConfig): number[] {
  const batch = [...makeBatch(16, 128).pieceIds].filter((id) => id < vocabularySize);
  return [...batch, ...Array.from({ length: 2000 }, (_, id) => id)];
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

/** Values that a worker starts with, before its first step. */
export interface StartRequest {
  config: BertConfig;
  threads: number;
  /** Whether the model has the word-embedding table whole; by default it has the rows of `corpusPieces`, as in the studio. */
  hasWholeTable?: boolean;
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
