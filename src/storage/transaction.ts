import { tellChange } from './changes';
import { assertOpen } from './database';
import type { Database, StoreName, Transaction } from './schema';
import { estimateFreeBytes, StorageFullError } from './storage-full-error';

/**
 * Reads stores in one transaction, so that no write falls between two reads. `read` may await only IndexedDB, or the transaction ends.
 *
 * @throws DatabaseClosedError
 */
export async function readFrom<const Names extends readonly StoreName[], Result>(
  database: Database,
  names: Names,
  read: (transaction: Transaction<Names>) => Promise<Result>,
): Promise<Result> {
  assertOpen(database);
  try {
    return await read(database.transaction(names, 'readonly'));
  } catch (error) {
    assertOpen(database);
    throw error;
  }
}

/** The bytes about to be written, for the message where they do not fit. */
export interface Load {
  what: string;
  bytes: number;
}

/** A writing transaction over stores; each includes the turnstile (see `writeTo`). */
export type Writing<Names extends readonly StoreName[]> = Transaction<
  readonly [...Names, 'turnstile'],
  'readwrite'
>;

/**
 * Writes stores in one transaction, all or nothing, and resolves once it is on the disk (`strict` durability; browsers default to less).
 * `write` may await only IndexedDB. Every page is told which stores were written (`changes.ts`).
 *
 * Writers wait for each other in every tab and worker, even for different stores: where Chrome is killed with two writing transactions
 * open on one database, its recovery finds the database's lock taken twice ("Invalid locks on disk"; `LevelDBScopes::Initialize`,
 * seen in Chromium 156), calls that corruption and deletes everything the page has stored.
 *
 * @throws StorageFullError, DatabaseClosedError
 */
export async function writeTo<const Names extends readonly StoreName[], Result>(
  database: Database,
  names: Names,
  write: (transaction: Writing<Names>) => Promise<Result>,
  load: Load = { what: 'A record', bytes: 0 },
): Promise<Result> {
  assertOpen(database);
  const scope = [...names, 'turnstile'] as const;
  const transaction = database.transaction(scope, 'readwrite', { durability: 'strict' });
  const ended = transaction.done.then(
    () => undefined,
    (error: unknown) => error,
  );
  let failure: unknown;
  try {
    const result = await write(transaction);
    failure = await ended;
    if (failure === undefined) {
      tellChange(database, names);
      return result;
    }
  } catch (error) {
    abort(transaction);
    // Chrome reports a full disk only as the reason of the abort; the request fails with a plain AbortError.
    const reason = await ended;
    failure = isQuota(reason) ? reason : error;
  }
  assertOpen(database);
  if (isQuota(failure))
    throw new StorageFullError(load.what, load.bytes, await estimateFreeBytes());
  throw failure;
}

function isQuota(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

function abort(transaction: { abort(): void }): void {
  try {
    transaction.abort();
  } catch {
    // It has ended already.
  }
}
