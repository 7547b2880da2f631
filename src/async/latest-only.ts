/**
 * Runs one task at a time. Of those that come meanwhile only the latest is run; the others resolve to undefined.
 */
export class LatestOnly {
  #latest = 0;
  #running: Promise<unknown> | undefined;

  async run<T>(task: () => Promise<T>): Promise<T | undefined> {
    const ticket = ++this.#latest;
    await this.#running?.catch(() => undefined); // its own caller hears of its failure
    if (ticket !== this.#latest) return undefined;
    const work = task();
    this.#running = work;
    return work;
  }
}
