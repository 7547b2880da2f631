import type { TagScheme } from '../ner/tag-scheme';

/**
 * What a person decides about a run. `recipe-fields.ts` says of each field what it is called, what it may be and what it is by default.
 *
 * Runs, checkpoints and model files keep recipes. A field that joins later is therefore optional, and its absence means what was done
 * before there was one.
 */
export interface TrainRecipe {
  epochs: number;
  /** Sentences in one optimiser step, however it is split into micro-batches. */
  batchSize: number;
  /** Peak of the schedule. */
  learningRate: number;
  /** Share of all steps that warm up, 0–1. */
  warmupShare: number;
  weightDecay: number;
  /** Global gradient norm above which gradients are scaled down; 0 switches clipping off. */
  clipNorm: number;
  /** Length in word pieces at which a sentence is cut, [CLS] and [SEP] included. */
  maxPieces: number;
  /** Scheme that the model's tags are written in. */
  scheme: TagScheme;
  seed: number;
  /** Dropout rate in place of both of the encoder's; undefined keeps them. */
  dropout?: number;
  /** Number of the lowest layers that, with the embeddings, keep the encoder's weights; undefined or 0 trains everything. */
  frozenLayers?: number;
  /** Epochs without a better dev entity F1 after which the run stops; 0 switches that off. */
  patience: number;
}
