import { nextTurn } from '../async/next-turn';

/**
 * Control of long work that would otherwise keep its worker busy: pause, resume and stop by a person, and requests for a checkpoint.
 *
 * The work awaits `waitToContinue` between its parts, none of which may take longer than about a second.
 */
export class RunControl {
  /** Callback that is awaited between two parts, and again when a checkpoint is requested in a pause: nothing of the work moves meanwhile. */
  atRest: (() => Promise<void>) | undefined;
  #paused = false;
  #stopped = false;
  #checkpointWanted = false;
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

  /** Time that the work has waited in pauses. */
  get pausedMs(): number {
    return this.#pausedMs;
  }

  /** Pauses the work and requests a checkpoint: the pause may last until the page is closed. */
  pause(): void {
    this.#paused = true;
    this.#checkpointWanted = true;
  }

  /** Requests a checkpoint as soon as the current part is done. */
  wantCheckpoint(): void {
    this.#checkpointWanted = true;
    this.#wake?.();
  }

  /** Tells whether a checkpoint was requested since the last call. */
  takeCheckpointWish(): boolean {
    const wanted = this.#checkpointWanted;
    this.#checkpointWanted = false;
    return wanted;
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

  /**
   * Rests between two parts of the work: lets messages in, keeps a checkpoint where one is due (`atRest`), and waits as long as the run is
   * paused or other work has the cores.
   *
   * @returns whether the work may continue: false once it was stopped.
   */
  async waitToContinue(): Promise<boolean> {
    await nextTurn();
    await this.atRest?.();
    while (this.#paused && !this.#stopped) {
      await this.#wait(() => new Promise<void>((resolve) => (this.#wake = resolve)));
      await this.atRest?.();
    }
    await this.#wait(this.#mayTakeCores);
    return !this.#stopped;
  }

  async #wait(until: () => Promise<void>): Promise<void> {
    const startedAt = performance.now();
    await until();
    this.#pausedMs += performance.now() - startedAt;
  }
}
