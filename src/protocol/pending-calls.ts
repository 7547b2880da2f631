/** Calls that wait for an answer, so that none waits forever when no answer can come. */
export class PendingCalls {
  readonly #waiting = new Set<(error: Error) => void>();
  #ended: Error | undefined;

  /** The same calls, but each rejects when `reject` or `end` is called before it is answered. */
  guard<Remote extends object>(remote: Remote): Remote {
    return new Proxy(remote, {
      get: (target, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined; // awaiting the calls themselves is no call
        const call = Reflect.get(target, name) as (...values: unknown[]) => Promise<unknown>;
        return (...values: unknown[]) =>
          this.#ended ? Promise.reject(this.#ended) : this.#wait(call(...values));
      },
    });
  }

  /** Rejects what waits; later calls may be answered. */
  reject(error: Error): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const rejectOne of waiting) rejectOne(error);
  }

  /** Rejects what waits, and every call from now on. */
  end(error: Error): void {
    this.#ended = error;
    this.reject(error);
  }

  async #wait(answer: Promise<unknown>): Promise<unknown> {
    let rejectThis: (error: Error) => void = () => undefined;
    const given = new Promise<never>((_, reject) => {
      rejectThis = reject;
      this.#waiting.add(reject);
    });
    try {
      return await Promise.race([answer, given]);
    } finally {
      this.#waiting.delete(rejectThis);
    }
  }
}
