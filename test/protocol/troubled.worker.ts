import { Failure } from '../../src/messages/failure';
import { serve } from '../../src/protocol/serve';

export interface TroubledCalls {
  add(a: number, b: number): Promise<number>;
  /** Fails: with a way out of its own, or, without, as other errors do. */
  fail(wayOut?: string): Promise<void>;
  never(): Promise<void>;
  /** Blocks for good where fewer than so many workers with this name have blocked before. */
  begin(name: string, times: number, onStage: (stage: string) => void): Promise<'begun'>;
  hangFor(milliseconds: number): Promise<void>;
  die(): Promise<void>;
  throwUncaught(): Promise<void>;
}

/** Keeps this thread from its next turn, as one long step does, but without a core. */
function blockFor(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** A worker that does what workers should not. */
class Troubled implements TroubledCalls {
  add(a: number, b: number): Promise<number> {
    return Promise.resolve(a + b);
  }

  fail(wayOut?: string): Promise<void> {
    const message = 'a.conll: the file is empty.';
    return Promise.reject(
      wayOut === undefined ? new RangeError(message) : new Failure(message, wayOut),
    );
  }

  never(): Promise<void> {
    return new Promise(() => undefined);
  }

  async begin(name: string, times: number, onStage: (stage: string) => void): Promise<'begun'> {
    const blocked = await caches.open(name); // what workers that are no more have left behind
    const before = (await blocked.keys()).length;
    const blocks = before < times;
    onStage(blocks ? 'about to block' : 'past the block');
    if (!blocks) {
      await caches.delete(name);
      return 'begun';
    }
    await blocked.put(`/${before}`, new Response(''));
    blockFor(Infinity);
    throw new Error('It was to block for good.');
  }

  hangFor(milliseconds: number): Promise<void> {
    blockFor(milliseconds);
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
