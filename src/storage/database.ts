import { openDB, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { databases } from '../browser/offered';
import { Failure } from '../messages/failure';
import { migrations as ourMigrations, type Migration } from './migrations';
import type { Database, TagwerkSchema } from './schema';

/** Time that another tab has to finish its transactions and close the older version. */
const BLOCKED_PATIENCE_MS = 10_000;

/** Error of a call after the connection was closed; only reloading the tab helps. The message says why. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
}

/** Error of a page that the browser lets store nothing; the message says why the studio cannot work so. */
export class StorageRefusedError extends Failure {
  override readonly name = 'StorageRefusedError';

  constructor(reason: string, cause?: unknown) {
    super(
      `This browser lets the page store nothing (${reason}), so nothing can be kept here, nor read or trained: corpora, encoders and models go ` +
        'from one part of the page to the next through the browser’s own storage, and they never leave this computer.',
      'Allow this address to keep site data (in the browser’s settings, under cookies and site data), or open it in a window that may keep them, then reload.',
      { cause },
    );
  }
}

/** Reasons for which connections were closed, for calls that use them afterwards. */
const closingReasons = new WeakMap<Database, string>();

export interface OpenOptions {
  /** Hears once why this connection was closed: a sentence for the person. */
  onClosed?: (reason: string) => void;
  /** Hears that the browser has discarded everything that was stored: a sentence for the person. */
  onLost?: (reason: string) => void;
  migrations?: readonly Migration[];
}

/**
 * Opens the database, creating it or bringing it up to date. The connection closes itself when a newer tab has to upgrade.
 *
 * @throws DatabaseClosedError if another tab holds an older version open, or what is stored is newer than this page; StorageRefusedError
 *   where the browser lets the page store nothing.
 */
export function openDatabase(
  name = 'tagwerk',
  { onClosed, onLost, migrations = ourMigrations }: OpenOptions = {},
): Promise<Database> {
  if (!databases()) return Promise.reject(new StorageRefusedError('it has no IndexedDB'));
  return new Promise((resolve, reject) => {
    let database: Database | undefined;
    let patience: ReturnType<typeof setTimeout> | undefined;
    let gaveUp = false;
    const close = (reason: string) => {
      if (!database || closingReasons.has(database)) return;
      closingReasons.set(database, reason);
      database.close();
      onClosed?.(reason);
    };

    const open = async () => {
      let migrating: Promise<void> | undefined;
      try {
        // Firefox refuses by throwing at once
        return await openDB<TagwerkSchema>(name, migrations.length, {
          upgrade(opened, oldVersion, _newVersion, transaction, event) {
            if (wasDamaged(event)) {
              onLost?.(
                'The browser found what this page had stored damaged, as after a power cut, and has begun anew without it: corpora, runs and models are gone.',
              );
            }
            migrating = migrate(opened, transaction, migrations.slice(oldVersion));
            migrating.catch(() => {
              transaction.done.catch(() => undefined); // `migrating` tells the reason
              transaction.abort();
            });
          },
          blocked() {
            // A tab of ours closes at once, but its running transactions may take a moment.
            patience ??= setTimeout(() => {
              gaveUp = true;
              reject(
                new DatabaseClosedError(
                  'Another tab holds an older version of Tagwerk open; close the other tabs, then reload this one.',
                ),
              );
            }, BLOCKED_PATIENCE_MS);
          },
          blocking: () =>
            close('Another tab runs a newer version of Tagwerk; reload this tab to go on.'),
          terminated: () =>
            close(
              'The browser closed the storage of this page (was its data cleared?); reload this tab to go on.',
            ),
        });
      } catch (error) {
        await migrating; // the error of a failed migration says more than that of the aborted upgrade
        throw error;
      }
    };
    open().then(
      (opened) => {
        clearTimeout(patience);
        if (gaveUp) {
          opened.close();
          return;
        }
        database = opened;
        resolve(opened);
      },
      (error: unknown) => {
        clearTimeout(patience);
        reject(explainOpening(error, migrations.length));
      },
    );
  });
}

/** Runs migrations in order, each to its end. */
async function migrate(
  opened: unknown,
  transaction: unknown,
  migrations: readonly Migration[],
): Promise<void> {
  for (const migration of migrations) {
    const ended = migration(
      opened as IDBPDatabase,
      transaction as IDBPTransaction<unknown, string[], 'versionchange'>,
    );
    if (ended) await ended;
  }
}

/** Tells whether the browser has thrown a damaged database away; only Chromium says so. */
function wasDamaged(event: IDBVersionChangeEvent): boolean {
  return 'dataLoss' in event && event.dataLoss === 'total';
}

/** Checks that a connection is open. @throws DatabaseClosedError with the reason for which it was closed. */
export function assertOpen(database: Database): void {
  const reason = closingReasons.get(database);
  if (reason) throw new DatabaseClosedError(reason);
}

function explainOpening(error: unknown, version: number): Error {
  if (!(error instanceof DOMException)) return error as Error;
  if (error.name === 'VersionError') {
    return new DatabaseClosedError(
      `What is stored here was written by a newer Tagwerk than this page (schema ${version}); reload this tab to get the newer page.`,
    );
  }
  const reason = `${error.name}: ${error.message.replace(/\.$/, '')}`;
  if (isRefusal(error)) return new StorageRefusedError(reason, error);
  return new Failure(
    `The browser's storage cannot be opened (${reason}); a full disk or a damaged profile may be the cause.`,
    'Close other tabs of this page, free disk space, and reload it.',
    { cause: error },
  );
}

/** Tells whether site data are blocked: a SecurityError in Firefox and WebKit, an UnknownError that says "denied" in Chromium. */
function isRefusal({ name, message }: DOMException): boolean {
  return name === 'SecurityError' || (name === 'UnknownError' && /\bdenied\b/i.test(message));
}
