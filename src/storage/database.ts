import { openDB } from 'idb';
import {
  migrations as ourMigrations,
  type Database,
  type Migration,
  type TagwerkSchema,
} from './schema';

/** How long another tab may take to finish its transactions and let go. */
const BLOCKED_PATIENCE_MS = 10_000;

/** Storage is gone for this tab until it is reloaded; the message says why. */
export class DatabaseClosedError extends Error {
  override readonly name = 'DatabaseClosedError';
}

/** Why a connection was closed, for whoever uses it afterwards. */
const closingReasons = new WeakMap<Database, string>();

export interface OpenOptions {
  /** Hears once that this connection is gone, and why: a sentence for the person. */
  onClosed?: (reason: string) => void;
  /** Hears that what was stored is gone, by no one's wish: a sentence for the person. */
  onLost?: (reason: string) => void;
  migrations?: readonly Migration[];
}

/**
 * Opens the database, creating it or bringing it up to date. The connection closes itself when a newer tab has to upgrade.
 *
 * @throws DatabaseClosedError if another tab holds an older version open, or what is stored is newer than this page.
 */
export function openDatabase(
  name = 'tagwerk',
  { onClosed, onLost, migrations = ourMigrations }: OpenOptions = {},
): Promise<Database> {
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

    openDB<TagwerkSchema>(name, migrations.length, {
      upgrade(opened, oldVersion, _newVersion, transaction, event) {
        if (wasDamaged(event)) {
          onLost?.(
            'The browser found what this page had stored damaged, as after a power cut, and has begun anew without it: corpora, runs and models are gone.',
          );
        }
        for (const migrate of migrations.slice(oldVersion)) migrate(opened, transaction);
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
    }).then(
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

/** Whether the browser has thrown a damaged database away; Chromium alone tells. */
function wasDamaged(event: IDBVersionChangeEvent): boolean {
  return 'dataLoss' in event && event.dataLoss === 'total';
}

/** Throws the reason for which this connection was closed, if it was. */
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
  return new Error(
    `The browser's storage cannot be opened (${error.name}: ${error.message}); a private window, a full disk or a setting that blocks site data may be the cause.`,
    { cause: error },
  );
}
