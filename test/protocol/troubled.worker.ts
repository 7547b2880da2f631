import { serve } from '../../src/protocol/serve';

export interface TroubledCalls {
  add(a: number, b: number): Promise<number>;
  never(): Promise<void>;
  hangFor(milliseconds: number): Promise<void>;
  die(): Promise<void>;
  throwUncaught(): Promise<void>;
}

/** A worker that does what workers should not. */
class Troubled implements TroubledCalls {
  add(a: number, b: number): Promise<number> {
    return Promise.resolve(a + b);
  }

  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  hangFor(milliseconds: number): Promise<void> {
    const until = performance.now() + milliseconds;
    while (performance.now() < until);
    return Promise.resolve();
  }

  die(): Promise<void> {
    globalThis.close();
    return new Promise(() => undefined);
  }

  throwUncaught(): Promise<void> {
    setTimeout(() => {
      throw new Error('nobody catches this');
    });
    return Promise.resolve();
  }
}

serve(new Troubled());
