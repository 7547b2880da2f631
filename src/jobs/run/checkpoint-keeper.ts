import type { RunEvent } from '../../protocol/train-calls';
import { saveCheckpoint, type CheckpointSlot } from '../../storage/runs/checkpoints';
import type { RunId } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { StorageFullError } from '../../storage/storage-full-error';
import { countBytes, writeCheckpoint } from '../../train/checkpoint/checkpoint-file';
import type { RunControl } from '../../train/run-control';
import type { TrainingRun } from '../../train/train-loop';
import type { RunLog } from './run-log';

/** Milliseconds of training that a closed tab may cost. */
export const CHECKPOINT_EVERY_MS = 60_000;

/** The run whose checkpoints are kept. */
export interface KeeperTask {
  database: Database;
  runId: RunId;
  training: TrainingRun;
  log: RunLog;
  control: RunControl;
  onEvent: (event: RunEvent) => void;
  /** Milliseconds of training between two checkpoints, pauses left out. */
  everyMs: number;
}

/**
 * Keeps a run's checkpoints: after each epoch, every minute of training, and when the control is asked for one. The same transaction
 * brings the run's record up to date.
 *
 * A full disk does not end the run: the keeper reports it, and the earlier checkpoint stays.
 */
export class CheckpointKeeper {
  readonly #task: KeeperTask;
  #keptAt: number;
  #keptMark: string;

  constructor(task: KeeperTask) {
    this.#task = task;
    this.#keptAt = this.#trainedMs();
    this.#keptMark = task.training.mark;
  }

  /** Keeps the latest state where a minute is over or somebody asked for it; called while the control rests (`RunControl.atRest`). */
  async keepWhereDue(): Promise<void> {
    const { control, training, everyMs } = this.#task;
    const isDue = this.#trainedMs() - this.#keptAt >= everyMs;
    // A pause and a hidden page may both ask for one although no step was taken in between.
    const isWanted = control.takeCheckpointWish() && training.mark !== this.#keptMark;
    if (isDue || isWanted) await this.#keep('latest');
  }

  /** Keeps checkpoints at the end of an epoch. The best comes first: a death between the two loses an epoch's work, never the best weights. */
  async keepEpoch(isBest: boolean): Promise<void> {
    if (isBest) await this.#keep('best');
    await this.#keep('latest');
  }

  async #keep(slot: CheckpointSlot): Promise<void> {
    const { database, runId, training, log, onEvent } = this.#task;
    const { epochsDone: epoch, step, bestEntityF1: devEntityF1 } = training.position;
    this.#keptAt = this.#trainedMs();
    this.#keptMark = training.mark;
    const state = await (slot === 'best' ? training.snapshotWeights() : training.snapshot());
    const parts = writeCheckpoint(state);
    const bytes = countBytes(parts);
    try {
      const header = { key: { runId, slot }, epoch, step, devEntityF1, bytes };
      const isBest = slot === 'best';
      await saveCheckpoint(database, header, parts, isBest ? log.changesWithBest() : log.changes());
      if (isBest) log.keepBest();
      else onEvent({ kind: 'checkpoint', step, bytes });
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
      onEvent({ kind: 'checkpoint-failed', step, reason: error.message });
    }
  }

  #trainedMs(): number {
    return performance.now() - this.#task.control.pausedMs;
  }
}
