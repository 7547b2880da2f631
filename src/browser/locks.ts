import { lockManager } from './offered';
import { OwnLocks, type LockWish } from './own-locks';

const ownLocks = new OwnLocks();

/**
 * Runs `use` while a lock is held, over all tabs and workers of this address. A browser without Web Locks has locks of our own, which
 * reach no other tab or worker (`locksReachEverywhere`).
 */
export function withLock<Result>(
  name: string,
  wish: LockWish,
  use: (lock: Lock | null) => Result | Promise<Result>,
): Promise<Result> {
  const locks = lockManager();
  if (!locks) return ownLocks.request(name, wish, use);
  return locks.request(name, wish, async (lock) => use(lock));
}

/** Tells whether a lock keeps other tabs and workers out too. */
export function locksReachEverywhere(): boolean {
  return lockManager() !== undefined;
}

/** Gives the names of the locks that are held in any tab; none where the browser has no Web Locks. */
export async function namesOfHeldLocks(): Promise<string[]> {
  const { held = [] } = (await lockManager()?.query()) ?? {};
  return held.flatMap(({ name }) => name ?? []);
}
