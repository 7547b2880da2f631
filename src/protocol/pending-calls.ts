/** The calls of a worker, as its side answers them. */
type RemoteCalls = Record<string, (...values: unknown[]) => Promise<unknown>>;

interface WaitingCall {
  readonly name: string;
  readonly values: unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait for an answer. They are rejected when no answer can come, and sent again to a worker that takes another's place. */
export class PendingCalls {
  readonly #waiting = new Set<WaitingCall>();
  #remote: RemoteCalls | undefined;
  #ended: Error | undefined;
  #firstIsAnswered = false;

  /** Tells whether the first call was answered, and with it everything that the worker does at its start. */
  get firstIsAnswered(): boolean {
    return this.#firstIsAnswered;
  }

  /** Name of the call that has waited longest; undefined where none waits. */
  get oldest(): string | undefined {
    const [call] = this.#waiting;
    return call?.name;
  }

  /** Sends all calls to a worker from now on, first those that wait for another worker's answer; answers of that one are ignored. */
  sendTo(remote: object): void {
    this.#remote = remote as RemoteCalls;
    for (const call of this.#waiting) this.#send(call);
  }

  /** Returns the calls themselves; each rejects when `reject` or `end` is called before it is answered. */
  calls<Calls extends object>(): Calls {
    return new Proxy({} as Calls, {
      get: (_, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined; // awaiting the calls themselves is no call
        return (...values: unknown[]) => this.#call(name, values);
      },
    });
  }

  /** Rejects the waiting calls; later calls may be answered. */
  reject(error: Error): void {
    for (const call of this.#waiting) call.reject(error);
    this.#waiting.clear();
  }

  /** Rejects the waiting calls, and every call from now on. */
  end(error: Error): void {
    this.#ended = error;
    this.reject(error);
  }

  #call(name: string, values: unknown[]): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise((resolve, reject) => {
      const call = { name, values, resolve, reject };
      this.#waiting.add(call);
      this.#send(call);
    });
  }

  #send(call: WaitingCall): void {
    const remote = this.#remote!;
    const answered = (settle: () => void) => {
      if (remote !== this.#remote || !this.#waiting.has(call)) return;
      const [first] = this.#waiting;
      if (call === first) this.#firstIsAnswered = true;
      this.#waiting.delete(call);
      settle();
    };
    const { name, values, resolve, reject } = call;
    // A call that cannot even be sent rejects as one that failed.
    void (async () => remote[name]!(...values))().then(
      (value) => answered(() => resolve(value)),
      (error: unknown) => answered(() => reject(error)),
    );
  }
}
