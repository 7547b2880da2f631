/** The calls of a worker, as its side answers them. */
type RemoteCalls = Record<string, (...values: unknown[]) => Promise<unknown>>;

interface WaitingCall {
  readonly name: string;
  readonly values: unknown[];
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Calls that wait for an answer, so that none waits forever when no answer can come, and a worker begun anew is asked them again. */
export class PendingCalls {
  readonly #waiting = new Set<WaitingCall>();
  #remote: RemoteCalls | undefined;
  #ended: Error | undefined;
  #firstIsAnswered = false;

  /** True once the worker has answered a call and all that were made before it: it has done what it starts with. */
  get firstIsAnswered(): boolean {
    return this.#firstIsAnswered;
  }

  /** Sends the calls to a worker from now on, those that wait for another one's answer first. What that one still says is not heard. */
  sendTo(remote: object): void {
    this.#remote = remote as RemoteCalls;
    for (const call of this.#waiting) this.#send(call);
  }

  /** The calls themselves; each rejects when `reject` or `end` is called before it is answered. */
  calls<Calls extends object>(): Calls {
    return new Proxy({} as Calls, {
      get: (_, name) => {
        if (typeof name !== 'string' || name === 'then') return undefined; // awaiting the calls themselves is no call
        return (...values: unknown[]) => this.#call(name, values);
      },
    });
  }

  /** Rejects what waits; later calls may be answered. */
  reject(error: Error): void {
    for (const call of this.#waiting) call.reject(error);
    this.#waiting.clear();
  }

  /** Rejects what waits, and every call from now on. */
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
