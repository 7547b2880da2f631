import { locksReachEverywhere, withLock } from '../browser/locks';
import type { Database } from './schema';

/**
 * Runs `write`, which stores several pieces before the record that makes them count. One writer an owner at a time, across tabs;
 * and no sweep takes the pieces for leftovers meanwhile. The browser frees the lock of a tab that dies.
 */
export function whileWriting<Result>(
  database: Database,
  owner: string,
  write: () => Promise<Result>,
): Promise<Result> {
  return withLock(sweepLock(database), { mode: 'shared' }, () =>
    withLock(`${database.name}/${owner}`, {}, write),
  );
}

/** Runs `sweep` where nobody writes in any tab; else, or where locks do not reach other tabs, leaves it and resolves to undefined. */
export function whileNobodyWrites<Result>(
  database: Database,
  sweep: () => Promise<Result>,
): Promise<Result | undefined> {
  if (!locksReachEverywhere()) return Promise.resolve(undefined);
  return withLock(sweepLock(database), { ifAvailable: true }, (lock) =>
    lock ? sweep() : undefined,
  );
}

function sweepLock(database: Database): string {
  return `${database.name}: written in pieces`;
}
