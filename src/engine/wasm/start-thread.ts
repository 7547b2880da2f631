import PoolThread from './pool-thread.worker?worker';
import type { ThreadStart } from './pool-thread.worker';

export type MakeThread = () => Worker;

/** A thread of the pool on its way. */
export interface StartingThread {
  /** Resolves when it is at the board; rejects where its script or its kernels cannot be loaded. */
  ready: Promise<void>;
  end(): void;
}

/** Starts a thread of the CPU engine. */
export function startThread(
  start: ThreadStart,
  makeThread: MakeThread = () => new PoolThread(),
): StartingThread {
  const worker = makeThread();
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = ({ message }) =>
      reject(new Error(message || 'The script of a thread could not be loaded.'));
    worker.postMessage(start);
  });
  return { ready, end: () => worker.terminate() };
}
