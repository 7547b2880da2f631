import type { CheckpointHeader, RunId, RunRecord } from '../records';
import type { CheckpointKey, Database } from '../schema';
import {
  DamagedDataError,
  gatherShards,
  shardRange,
  verifyShards,
  writeShards,
  type ByteParts,
} from '../shards/shards';
import { changeRun, RUN_DATA_STORES } from './change-run';
import { roomOwner } from './room';
import { requireFreeBytes } from '../storage-full-error';
import { readFrom, writeTo } from '../transaction';
import { whileWriting } from '../write-lock';

export type CheckpointSlot = CheckpointHeader['key']['slot'];

/** Fields of a checkpoint's header that its writer gives; `bytes` is the length of all its parts. */
export type CheckpointFields = Omit<CheckpointHeader, 'generation' | 'shardHashes'>;

/** Number of generations that are kept, the newest included: training resumes from `latest`, so it has one in reserve. */
export const KEPT_GENERATIONS: Readonly<Record<CheckpointSlot, number>> = { latest: 2, best: 1 };

/** Names the owner of a slot's shards. */
export function checkpointOwner({ runId, slot }: CheckpointHeader['key']): string {
  return `checkpoints/${runId}/${slot}`;
}

/**
 * Stores a checkpoint whole or not at all: shards first, read back and verified; then one strict transaction writes the header and
 * deletes older generations. Until it commits, readers see the checkpoint before. Saves of one slot wait for each other. `runChanges`
 * are made in the same transaction, so that a run's record never lags behind its checkpoint.
 *
 * @throws StorageFullError, DamagedDataError, or an Error if the run was deleted.
 */
export function saveCheckpoint(
  database: Database,
  fields: CheckpointFields,
  parts: ByteParts,
  runChanges: Partial<Omit<RunRecord, 'id'>> = {},
): Promise<CheckpointHeader> {
  const owner = checkpointOwner(fields.key);
  return whileWriting(database, owner, async () => {
    await requireFreeBytes('The checkpoint', fields.bytes);
    const [newest] = await listGenerations(database, fields.key);
    const generation = (newest?.generation ?? 0) + 1;
    const writing = { what: 'The checkpoint', owner, generation, bytes: fields.bytes };
    return writeShards(database, writing, parts, (list) =>
      flip(database, { ...fields, ...list }, runChanges),
    );
  });
}

/** Makes a written checkpoint the newest and deletes older generations. The latest takes the place of the room that the run held for it. */
function flip(
  database: Database,
  header: CheckpointHeader,
  runChanges: Partial<RunRecord>,
): Promise<CheckpointHeader> {
  const { runId, slot } = header.key;
  return writeTo(
    database,
    RUN_DATA_STORES,
    async (transaction) => {
      const runs = transaction.objectStore('runs');
      await changeRun(runs, transaction.objectStore('runDetails'), runId, runChanges);
      const headers = transaction.objectStore('checkpoints');
      await headers.put(header);
      const shards = transaction.objectStore('shards');
      await deleteOlder({ headers, shards }, header.key, KEPT_GENERATIONS[slot]);
      if (slot === 'latest') await shards.delete(shardRange(roomOwner(runId)));
      return header;
    },
    { what: 'The checkpoint', bytes: header.bytes },
  );
}

/** Deletes the generations of a slot but for the newest ones. @returns whether there were any. */
export async function dropGenerations(
  database: Database,
  key: CheckpointHeader['key'],
  kept = 0,
): Promise<boolean> {
  const freed = await writeTo(database, ['checkpoints', 'shards'], (transaction) =>
    deleteOlder(
      {
        headers: transaction.objectStore('checkpoints'),
        shards: transaction.objectStore('shards'),
      },
      key,
      kept,
    ),
  );
  return freed > 0;
}

export interface LoadedCheckpoint {
  header: CheckpointHeader;
  data: Uint8Array<ArrayBuffer>;
  /** Whether the newest was damaged and this is one before it. */
  fellBack: boolean;
}

/**
 * Loads the newest checkpoint of a slot that is not damaged; undefined where none was ever saved.
 *
 * @throws DamagedDataError if every generation is damaged.
 */
export async function loadCheckpoint(
  database: Database,
  runId: RunId,
  slot: CheckpointSlot,
): Promise<LoadedCheckpoint | undefined> {
  const key = { runId, slot };
  const owner = checkpointOwner(key);
  for (let age = 0; ; age++) {
    // One transaction finds the header and reads its shards, so no save can delete them in between.
    const found = await readFrom(database, ['checkpoints', 'shards'], async (transaction) => {
      const headers = await transaction.objectStore('checkpoints').getAll(slotRange(key));
      const header = headers.at(-1 - age);
      return (
        header && {
          header,
          data: await gatherShards(transaction.objectStore('shards'), owner, header),
        }
      );
    });
    if (!found && age === 0) return undefined;
    if (!found) {
      throw new DamagedDataError(
        `Every stored ${slot} checkpoint of this run is damaged (${age} read); start the run anew from its recipe.`,
      );
    }
    try {
      await verifyShards(found.data, owner, found.header);
      return { ...found, fellBack: age > 0 };
    } catch (error) {
      if (!(error instanceof DamagedDataError)) throw error;
    }
  }
}

/** Finds the newest header of a slot, without its data. */
export async function findCheckpoint(
  database: Database,
  runId: RunId,
  slot: CheckpointSlot,
): Promise<CheckpointHeader | undefined> {
  return (await listGenerations(database, { runId, slot }))[0];
}

/** Lists the headers of a slot, newest first. */
async function listGenerations(
  database: Database,
  key: CheckpointHeader['key'],
): Promise<CheckpointHeader[]> {
  const headers = await readFrom(database, ['checkpoints'], (transaction) =>
    transaction.objectStore('checkpoints').getAll(slotRange(key)),
  );
  return headers.reverse();
}

/** The stores of a transaction that may delete checkpoints. */
interface CheckpointStores {
  headers: {
    getAll(range: IDBKeyRange): Promise<CheckpointHeader[]>;
    delete(key: CheckpointKey): Promise<void>;
  };
  shards: { delete(range: IDBKeyRange): Promise<void> };
}

/** Deletes the generations of a slot but for the newest ones, inside a transaction. @returns the bytes that they took. */
export async function deleteOlder(
  { headers, shards }: CheckpointStores,
  key: CheckpointHeader['key'],
  kept: number,
): Promise<number> {
  const stored = await headers.getAll(slotRange(key));
  const older = stored.slice(0, Math.max(0, stored.length - kept));
  for (const { generation } of older) {
    await headers.delete([key.runId, key.slot, generation]);
    await shards.delete(shardRange(checkpointOwner(key), generation));
  }
  return older.reduce((sum, { bytes }) => sum + bytes, 0);
}

function slotRange({ runId, slot }: CheckpointHeader['key']): IDBKeyRange {
  const first: CheckpointKey = [runId, slot, 0];
  return IDBKeyRange.bound(first, [runId, slot, Infinity]);
}
