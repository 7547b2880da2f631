/** Time constant of the exponential means, in steps: batches differ in length, so one step says little. */
const STEPS_OF_MEMORY = 20;

/**
 * Speed of a run and the time that it still takes: exponential means over the last steps, pauses not counted.
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

  /** Notes the time of an evaluation, including the checkpoints that were kept after it. */
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
