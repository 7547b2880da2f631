import type { RunId } from '../records';
import type { Database } from '../schema';
import { SHARD_BYTES, shardRange } from '../shards/shards';
import { estimateFreeBytes, StorageFullError } from '../storage-full-error';
import { writeTo, type Writing } from '../transaction';
import { whileWriting } from '../write-lock';

/** Generation of the shards that hold a run's room: it is taken once. */
export const ROOM_GENERATION = 1;
/** Most bytes that `crypto.getRandomValues` gives at once. */
const RANDOM_BYTES = 65_536;

/** An attempt to take room on the disk. */
export interface RoomAttempt {
  neededBytes: number;
  /** Bytes that could be written; where they are fewer than needed, they were given back. */
  takenBytes: number;
  /** Bytes that the browser said were free; Infinity where it does not say. */
  claimedBytes: number;
}

/** Names the owner of the shards that hold a run's room. */
export function roomOwner(runId: RunId): string {
  return `room/${runId}`;
}

/**
 * Takes room on the disk for a run's checkpoints, before its first step: a browser may claim a quota that the disk does not have, so random
 * bytes are really written. They stay until a checkpoint takes their place, something else needs the room (`releaseRoom`), or the run ends;
 * the sweep removes those of a run that no tab trains. Where the browser itself grants too little, nothing is written.
 *
 * @param mayGoOn is awaited before each shard; where it resolves to false, the room is given back and the call rejects with an AbortError.
 */
export async function takeRoom(
  database: Database,
  runId: RunId,
  neededBytes: number,
  mayGoOn: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<RoomAttempt> {
  const claimedBytes = await estimateFreeBytes();
  let takenBytes = 0;
  if (claimedBytes < neededBytes) return { neededBytes, takenBytes, claimedBytes };
  // The same bytes serve for every shard: nothing that compresses a disk looks back over so many.
  const bytes = randomBytes(Math.min(SHARD_BYTES, neededBytes));
  try {
    await whileWriting(database, roomOwner(runId), async () => {
      for (let index = 0; takenBytes < neededBytes; index++) {
        if (!(await mayGoOn())) throw new DOMException('The run was stopped.', 'AbortError');
        const shard = bytes.slice(0, neededBytes - takenBytes);
        const load = { what: 'A checkpoint', bytes: neededBytes };
        const put = (transaction: Writing<['shards']>) =>
          transaction.objectStore('shards').put(shard, [roomOwner(runId), ROOM_GENERATION, index]);
        await writeTo(database, ['shards'], put, load);
        takenBytes += shard.byteLength;
      }
    });
  } catch (error) {
    await releaseRoom(database, runId).catch(() => undefined); // the first error says more
    if (!(error instanceof StorageFullError)) throw error;
  }
  return { neededBytes, takenBytes, claimedBytes };
}

/** Deletes the room that a run holds, so that its bytes are free again. @returns whether it held any. */
export function releaseRoom(database: Database, runId: RunId): Promise<boolean> {
  return writeTo(database, ['shards'], async (transaction) => {
    const shards = transaction.objectStore('shards');
    const range = shardRange(roomOwner(runId));
    if ((await shards.count(range)) === 0) return false;
    await shards.delete(range);
    return true;
  });
}

/** Makes bytes that no file system can store in less. */
function randomBytes(length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += RANDOM_BYTES) {
    crypto.getRandomValues(bytes.subarray(start, start + RANDOM_BYTES));
  }
  return bytes.buffer;
}
