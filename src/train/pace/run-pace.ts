/** Steps whose share in the mean falls to 1/e: batches differ in length, so one step says little. */
const STEPS_OF_MEMORY = 20;

/**
 * How fast a run goes and how long it still takes: exponential means over the last steps, pauses not counted.
 *
 * Pieces are real ones; padding is work, but nothing a person waits for.
 */
export class RunPace {
  #meanPieces = 0;
  #meanMs = 0;
  #evaluationMs: number | undefined;

  countStep(pieces: number, elapsedMs: number): void {
    const first = this.#meanMs === 0;
    const share = first ? 1 : 1 / STEPS_OF_MEMORY;
    this.#meanPieces += share * (pieces - this.#meanPieces);
    this.#meanMs += share * (elapsedMs - this.#meanMs);
  }

  /** Counts an evaluation, with what the run's keeper did on hearing its score. */
  countEvaluation(elapsedMs: number): void {
    this.#evaluationMs = elapsedMs;
  }

  /** 0 before the first step. */
  get piecesPerSecond(): number {
    return this.#meanMs === 0 ? 0 : (1000 * this.#meanPieces) / this.#meanMs;
  }

  secondsLeft(piecesToTrain: number, evaluations: number): number {
    const training = this.#meanMs === 0 ? 0 : piecesToTrain / this.piecesPerSecond;
    return training + (evaluations * (this.#evaluationMs ?? 0)) / 1000;
  }
}
