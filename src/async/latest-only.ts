/** Runs one task at a time. If several come meanwhile, only the latest is run; the others resolve to undefined and never begin. */
export class LatestOnly {
  #latest = 0;
  #running: Promise<unknown> | undefined;

  /** Runs a task unless a later one comes first. @returns what the task returns; undefined where it was passed over. */
  async run<T>(task: () => Promise<T>): Promise<T | undefined> {
    const ticket = ++this.#latest;
    await this.#running?.catch(() => undefined); // the caller of the task hears of its failure
    if (ticket !== this.#latest) return undefined;
    const work = task();
    this.#running = work;
    return work;
  }
}
