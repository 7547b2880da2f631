/** State of a loss scale, as a checkpoint keeps it. */
export interface LossScaleState {
  scale: number;
  /** Steps since the scale last changed. */
  steps: number;
}

/** First scale and steps until it doubles, as PyTorch has them (torch.amp.GradScaler); beyond the largest, nothing is gained. */
const [FIRST, STEPS, LARGEST] = [2 ** 16, 2000, 2 ** 24];

/**
 * The factor that gradients are multiplied by while they are in half precision, so that small ones are not lost (Micikevicius et al. 2018,
 * §3.2). It is always a power of two: to multiply and divide by it is exact.
 */
export class LossScale {
  #scale: number;
  #steps: number;

  constructor({ scale = FIRST, steps = 0 }: Partial<LossScaleState> = {}) {
    this.#scale = scale;
    this.#steps = steps;
  }

  get scale(): number {
    return this.#scale;
  }

  /** Notes a step without an overflow; doubles the scale after many of them. */
  grow(): void {
    if (++this.#steps < STEPS) return;
    this.#scale = Math.min(LARGEST, 2 * this.#scale);
    this.#steps = 0;
  }

  /** Halves the scale after an overflow. @returns false where it is 1 already, and the gradients are too large for another reason */
  shrink(): boolean {
    if (this.#scale <= 1) return false;
    this.#scale /= 2;
    this.#steps = 0;
    return true;
  }

  state(): LossScaleState {
    return { scale: this.#scale, steps: this.#steps };
  }
}
