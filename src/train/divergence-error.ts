/** The step in which a run diverged; nothing of it was applied. */
export interface Divergence {
  /** The step that failed, from 1. */
  step: number;
  loss: number;
  gradientNorm: number;
  learningRate: number;
}

/** A loss or gradient stopped being a number: the run ends before the update, with the weights of the step before. */
export class DivergenceError extends Error {
  override readonly name = 'DivergenceError';
  readonly divergence: Divergence;

  constructor(divergence: Divergence) {
    const { step, loss, gradientNorm, learningRate } = divergence;
    super(
      `Step ${step}: the loss is ${loss} and the gradient norm ${gradientNorm}, at a learning rate of ${learningRate.toPrecision(3)}; ` +
        'training stopped before they reached the weights. Start again with a lower learning rate, a third of this one to begin with.',
    );
    this.divergence = divergence;
  }
}
