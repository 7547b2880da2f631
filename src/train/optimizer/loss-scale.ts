/** What a checkpoint keeps of it. */
export interface LossScaleState {
  scale: number;
  /** Steps since it last changed. */
  steps: number;
}

/** PyTorch's first scale and its steps until the next (torch.amp.GradScaler); beyond the largest, nothing is gained. */
const [FIRST, STEPS, LARGEST] = [2 ** 16, 2000, 2 ** 24];

/**
 * The factor that gradients are held at while they are in half precision, so that small ones are not lost (Micikevicius et al. 2018, §3.2).
 * Always a power of two: to multiply and divide by it is exact.
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

  /** After a step: twice as much after many without an overflow. */
  grow(): void {
    if (++this.#steps < STEPS) return;
    this.#scale = Math.min(LARGEST, 2 * this.#scale);
    this.#steps = 0;
  }

  /** After an overflow: half of it. @returns false where it is 1 already, and the gradients are too large for another reason */
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
