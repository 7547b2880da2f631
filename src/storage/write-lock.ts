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
  return navigator.locks.request(sweepLock(database), { mode: 'shared' }, () =>
    navigator.locks.request(`${database.name}/${owner}`, write),
  );
}

/** Runs `sweep` where nobody writes in any tab; else leaves it and resolves to undefined. */
export function whileNobodyWrites<Result>(
  database: Database,
  sweep: () => Promise<Result>,
): Promise<Result | undefined> {
  return navigator.locks.request(sweepLock(database), { ifAvailable: true }, (lock) =>
    lock ? sweep() : undefined,
  );
}

function sweepLock(database: Database): string {
  return `${database.name}: written in pieces`;
}
