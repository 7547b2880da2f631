import { locksReachEverywhere, withLock } from '../browser/locks';
import type { Database } from './schema';

/**
 * Runs `write`, which stores shards or sentences in several transactions and last the record that names them. Across all tabs, an owner
 * has one writer at a time, and no sweep runs meanwhile. The browser frees the lock of a tab that dies.
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

/** Runs `sweep` if no tab is writing. Otherwise, or where locks do not reach other tabs, does nothing and resolves to undefined. */
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
