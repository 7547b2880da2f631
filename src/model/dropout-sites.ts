/** Draw of the dropout masks of one step; nothing is dropped outside training. */
export interface DropoutStep {
  seed: number;
  /** The optimiser step, from 0: every micro-batch of an effective batch has the same. */
  step: number;
}

/** One number for each place that drops: part of what decides a mask, so a saved run depends on them. */
export const DROPOUT_SITES = {
  embeddings: 0,
  head: 1,
  attentionWeights: (layer: number) => 2 + 3 * layer,
  attentionOutput: (layer: number) => 3 + 3 * layer,
  feedForwardOutput: (layer: number) => 4 + 3 * layer,
};
