/** How long the device works at one submit, on average: what else is on the screen waits for its end. Dispatches are of unlike length. */
export const SUBMIT_MS = 50;
/** Kernels in one submit at most: what tfjs frees is used again only after it, so that more would take more memory. */
const MOST_DISPATCHES = 8;
/** At first, when the device is not known. */
const FIRST_DISPATCHES = 4;
/** So slowly what a submit took is forgotten: kernels come in turns, and the next heavy one is not far. */
const FORGETTING = 0.9;

/**
 * How many kernels go to a device at once, by how long it has taken for others: never so many that a submit takes 100 ms, as far as one can
 * know before. One that takes longer by itself cannot be interrupted; only a smaller batch would shorten it.
 *
 * Times are from the end of one submit to the end of the next, as the queue reports them; nothing waits for them.
 */
export class SubmitPace {
  readonly #queue: Pick<GPUQueue, 'onSubmittedWorkDone'>;
  /** Of the slowest submits of late, per dispatch. */
  #dispatchMs = SUBMIT_MS / FIRST_DISPATCHES;
  #endedAt = 0;

  constructor(queue: Pick<GPUQueue, 'onSubmittedWorkDone'>) {
    this.#queue = queue;
  }

  /** Kernels in the next submit. */
  get dispatches(): number {
    return Math.max(1, Math.min(MOST_DISPATCHES, Math.floor(SUBMIT_MS / this.#dispatchMs)));
  }

  /** To be called after a submit of so many kernels. */
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
