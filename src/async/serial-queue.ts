/**
 * Runs tasks one after another, in the order of the calls. A task that fails fails for its own caller; the next one runs all the same.
 *
 *     const queue = new SerialQueue();
 *     void queue.run(() => session.run(first));
 *     const logits = await queue.run(() => session.run(second)); // begins when the first has ended
 */
export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task after all that were given before it. @returns what the task returns, or rejects as it does. */
  run<Result>(task: () => Result | Promise<Result>): Promise<Result> {
    const result = this.#last.then(task);
    this.#last = result.catch(() => undefined); // the caller of the task hears of its failure
    return result;
  }

  /** Resolves once every task given so far has ended. */
  async whenIdle(): Promise<void> {
    await this.#last;
  }
}
