/** Milliseconds that the device should work at one submit: all else on the screen waits for its end. It is an average, for kernels take unlike times. */
export const SUBMIT_MS = 50;
/** Kernels in one submit at most. Buffers that tfjs frees are used again only after the submit, so more kernels would take more memory. */
const MOST_DISPATCHES = 8;
/** Kernels in the first submit, when the device is not known. */
const FIRST_DISPATCHES = 4;
/** Factor by which the slowest time is forgotten with each submit: slowly, because kernels come in turns and the next heavy one is not far. */
const FORGETTING = 0.9;

/**
 * Chooses how many kernels go to a device in one submit, by the time that earlier ones took. As far as that can be foreseen, no submit takes
 * 100 ms. A kernel that takes longer by itself cannot be interrupted; only a smaller batch shortens it.
 *
 * Times are measured from the end of one submit to the end of the next, as the queue reports them; nothing waits for them.
 */
export class SubmitPace {
  readonly #queue: Pick<GPUQueue, 'onSubmittedWorkDone'>;
  /** Milliseconds of a dispatch in the slowest submits of late. */
  #dispatchMs = SUBMIT_MS / FIRST_DISPATCHES;
  #endedAt = 0;

  constructor(queue: Pick<GPUQueue, 'onSubmittedWorkDone'>) {
    this.#queue = queue;
  }

  /** Number of kernels in the next submit. */
  get dispatches(): number {
    return Math.max(1, Math.min(MOST_DISPATCHES, Math.floor(SUBMIT_MS / this.#dispatchMs)));
  }

  /** Notes a submit of so many kernels, right after it. */
  noteSubmit(dispatches: number): void {
    const submittedAt = performance.now();
    this.#queue.onSubmittedWorkDone().then(
      () => {
        const now = performance.now();
        const dispatchMs = (now - Math.max(submittedAt, this.#endedAt)) / dispatches;
        this.#endedAt = now;
        this.#dispatchMs = Math.max(dispatchMs, FORGETTING * this.#dispatchMs);
      },
      () => undefined, // a lost device, which its next read tells
    );
  }
}
