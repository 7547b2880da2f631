import type { RunRecord } from '../../storage/records';
import {
  dropGenerations,
  saveCheckpoint,
  type CheckpointFields,
} from '../../storage/runs/checkpoints';
import { DatabaseClosedError } from '../../storage/database';
import { releaseRoom } from '../../storage/runs/room';
import type { Database } from '../../storage/schema';
import { DamagedDataError } from '../../storage/shards/shards';
import { StorageFullError } from '../../storage/storage-full-error';
import { writeCheckpoint } from '../../train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../train/checkpoint/checkpoint-state';
import type { Best } from './run-log';

/** Weights of a best epoch that are not stored yet. */
export interface UnstoredBest {
  best: Best;
  fields: CheckpointFields;
  state: CheckpointState;
}

/**
 * Stores the weights of a best epoch. On a full disk all that a run can do without yields to them, one after the other: the room it held,
 * the older generation of its latest checkpoint, and the latest itself. The best epoch before stays until the new one is whole.
 *
 * @throws StorageFullError where there is no room even so; DamagedDataError, or an Error if the run was deleted.
 */
export async function storeBest(
  database: Database,
  { fields, state }: UnstoredBest,
  changes: Partial<RunRecord>,
): Promise<void> {
  const { runId } = fields.key;
  const yielding = [
    ...yieldingToLatest(database, runId),
    () => dropGenerations(database, { runId, slot: 'latest' }),
  ];
  await saveYielding(yielding, () =>
    saveCheckpoint(database, fields, writeCheckpoint(state), changes),
  );
}

/** Lists what yields to a latest checkpoint; each call resolves to whether something was given back. */
export function yieldingToLatest(database: Database, runId: string): (() => Promise<boolean>)[] {
  return [
    () => releaseRoom(database, runId),
    () => dropGenerations(database, { runId, slot: 'latest' }, 1),
  ];
}

/** Saves, and where the disk is full saves again after each thing that yields. @throws what the last try threw. */
export async function saveYielding<Result>(
  yielding: readonly (() => Promise<boolean>)[],
  save: () => Promise<Result>,
): Promise<Result> {
  const left = [...yielding];
  for (;;) {
    try {
      return await save();
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
      let isFreed = false;
      while (!isFreed) {
        const next = left.shift();
        if (!next) throw error;
        isFreed = await unlessFull(next);
      }
    }
  }
}

/** Gives something back; a disk that is quite full may refuse even that. @returns whether it was given back. */
async function unlessFull(giveBack: () => Promise<boolean>): Promise<boolean> {
  try {
    return await giveBack();
  } catch (error) {
    if (error instanceof StorageFullError) return false;
    throw error;
  }
}

/** Tells whether an error came from the storage, so that what was to be stored may be tried again or held in memory. */
export function isStorageTrouble(error: unknown): error is Error {
  return (
    error instanceof StorageFullError ||
    error instanceof DamagedDataError ||
    error instanceof DatabaseClosedError ||
    error instanceof DOMException
  );
}

/** Says why something could not be stored, as the first half of what the person is told. */
export function reasonOf(error: Error): string {
  return error instanceof StorageFullError ? error.shortage : error.message;
}
