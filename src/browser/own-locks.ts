export interface LockWish {
  mode?: LockMode;
  /** True to get null at once, instead of waiting, if the lock is held. */
  ifAvailable?: boolean;
  /** Signal that ends the waiting; it does not release a lock that is held. */
  signal?: AbortSignal;
}

interface Request {
  mode: LockMode;
  begin: () => void;
}

/** Locks after the Web Locks API, among the callers of one page or one worker: for browsers that have none. */
export class OwnLocks {
  readonly #held = new Map<string, LockMode[]>();
  readonly #waiting = new Map<string, Request[]>();

  /** Runs `use` while the lock is held, in the order of the requests. @throws the signal's reason while it waits. */
  async request<Result>(
    name: string,
    { mode = 'exclusive', ifAvailable = false, signal }: LockWish,
    use: (lock: Lock | null) => Result | Promise<Result>,
  ): Promise<Result> {
    signal?.throwIfAborted();
    if (ifAvailable && !this.#isFree(name, mode)) return use(null);
    await this.#wait(name, mode, signal);
    try {
      return await use({ name, mode });
    } finally {
      const held = this.#held.get(name) ?? [];
      held.splice(held.indexOf(mode), 1);
      this.#admit(name);
    }
  }

  #wait(name: string, mode: LockMode, signal: AbortSignal | undefined): Promise<void> {
    const waiting = this.#waiting.get(name) ?? [];
    this.#waiting.set(name, waiting);
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(request), 1);
        reject(signal?.reason as Error);
        this.#admit(name);
      };
      const begin = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const request = { mode, begin };
      signal?.addEventListener('abort', leave);
      waiting.push(request);
      this.#admit(name);
    });
  }

  /** Gives the lock to those who come next, as long as they can share it. */
  #admit(name: string): void {
    const waiting = this.#waiting.get(name) ?? [];
    const held = this.#held.get(name) ?? [];
    this.#held.set(name, held);
    for (let next = waiting[0]; next && fits(held, next.mode); next = waiting[0]) {
      waiting.shift();
      held.push(next.mode);
      next.begin();
    }
  }

  #isFree(name: string, mode: LockMode): boolean {
    return (this.#waiting.get(name) ?? []).length === 0 && fits(this.#held.get(name) ?? [], mode);
  }
}

function fits(held: readonly LockMode[], mode: LockMode): boolean {
  return held.length === 0 || (mode === 'shared' && !held.includes('exclusive'));
}
