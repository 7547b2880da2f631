/**
 * How a person's pause, resume and stop reach work that would otherwise keep its worker busy.
 *
 * The work asks `mayGoOn` between its parts, none of which may take longer than about a second.
 */
export class RunControl {
  #paused = false;
  #stopped = false;
  #wake: (() => void) | undefined;
  #pausedMs = 0;
  readonly #mayTakeCores: () => Promise<void>;

  /** `mayTakeCores` resolves once other work has left the cores; that waiting counts as a pause. */
  constructor(mayTakeCores: () => Promise<void> = () => Promise.resolve()) {
    this.#mayTakeCores = mayTakeCores;
  }

  get paused(): boolean {
    return this.#paused;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** How long the work has waited in pauses. */
  get pausedMs(): number {
    return this.#pausedMs;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }

  /** Stops for good, out of a pause too. */
  stop(): void {
    this.#stopped = true;
    this.#wake?.();
  }

  /** Lets messages in, waits as long as the run is paused, and says whether to go on: false once it was stopped. */
  async mayGoOn(): Promise<boolean> {
    await nextTask();
    const pausedAt = performance.now();
    while (this.#paused && !this.#stopped) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    await this.#mayTakeCores();
    this.#pausedMs += performance.now() - pausedAt;
    return !this.#stopped;
  }
}

/** Resolves after the messages that wait now were handled. A timer would wait 4 ms once nested, and a second in a hidden tab. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
