import PoolThread from '../pool/pool-thread.worker?worker';
import type { ThreadStart } from '../pool/pool-thread.worker';

/** Makes a thread that waits for its first message: a worker, or the port to one that somebody else has made. */
export type MakeThread = () => Worker | MessagePort;

/** Starts a thread of the CPU engine, and resolves when it is at the board. @throws where its script or its kernels cannot be loaded. */
export function startThread(
  start: ThreadStart,
  makeThread: MakeThread = () => new PoolThread(),
): Promise<void> {
  const line = makeThread();
  return new Promise<void>((resolve, reject) => {
    line.onmessage = () => resolve();
    if (line instanceof Worker)
      line.onerror = ({ message }) =>
        reject(new Error(message || 'The script of a thread could not be loaded.'));
    line.postMessage(start);
  });
}
