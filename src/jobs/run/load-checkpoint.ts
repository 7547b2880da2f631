import { loadCheckpoint, type CheckpointSlot } from '../../storage/runs/checkpoints';
import type { RunId } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { readCheckpoint } from '../../train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../train/checkpoint/checkpoint-state';

/** Loads the state of a run's checkpoint; undefined where none was kept yet. @throws where every generation is damaged. */
export async function findCheckpointState(
  database: Database,
  runId: RunId,
  slot: CheckpointSlot,
): Promise<CheckpointState | undefined> {
  const loaded = await loadCheckpoint(database, runId, slot);
  return loaded && readCheckpoint(new Blob([loaded.data]));
}

/** Loads the state of a run's checkpoint. @throws where none was kept, or every generation is damaged. */
export async function loadCheckpointState(
  database: Database,
  runId: RunId,
  slot: CheckpointSlot,
): Promise<CheckpointState> {
  const state = await findCheckpointState(database, runId, slot);
  if (!state) {
    throw new Error(
      'This run has no checkpoint yet: it ended before its first epoch did. Start it again.',
    );
  }
  return state;
}
