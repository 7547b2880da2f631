import type { RunStart } from '../../protocol/train-calls';
import type { RunRecord } from '../../storage/records';

/** A run that has not begun, because there was no room for a checkpoint, and the call that begins it. */
export interface NoRoom {
  reason: string;
  begin: (start: RunStart) => void;
}

/** Says what is kept of a run that failed. */
export function keptOf({ bestEpoch }: RunRecord): string {
  return bestEpoch >= 0 ? `Epoch ${bestEpoch}, the best so far, is kept.` : '';
}

/** Tells a run that found no room for a checkpoint from one that cannot begin; errors that cross from a worker keep only their names. */
export function hasNoRoom(error: unknown): error is Error {
  return error instanceof Error && error.name === 'NoRoomError';
}
