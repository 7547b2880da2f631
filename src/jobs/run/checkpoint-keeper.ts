import type { RunEvent } from '../../protocol/train-calls';
import {
  findCheckpoint,
  saveCheckpoint,
  type CheckpointFields,
} from '../../storage/runs/checkpoints';
import type { RunId } from '../../storage/records';
import type { Database } from '../../storage/schema';
import { countBytes, writeCheckpoint } from '../../train/checkpoint/checkpoint-file';
import type { CheckpointState } from '../../train/checkpoint/checkpoint-state';
import type { RunControl } from '../../train/run-control';
import type { TrainingRun } from '../../train/train-loop';
import { needsEncoder } from './load-run-weights';
import type { Best, RunLog } from './run-log';
import {
  isStorageTrouble,
  reasonOf,
  saveYielding,
  storeBest,
  yieldingToLatest,
  type UnstoredBest,
} from './store-best';

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
  /** Best weights from before a GPU failed; absent where all are stored. */
  unstored?: UnstoredBest | undefined;
}

/**
 * Keeps a run's checkpoints: after each epoch, every minute of training, and when the control is asked for one. The same transaction
 * brings the run's record up to date.
 *
 * A full disk does not end the run. The best weights so far are held in memory until they are stored, and tried again with each checkpoint;
 * the latest checkpoint yields to them.
 */
export class CheckpointKeeper {
  readonly #task: KeeperTask;
  #unstored: UnstoredBest | undefined;
  #keptAt: number;
  #keptMark: string;

  constructor(task: KeeperTask) {
    this.#task = task;
    this.#unstored = task.unstored;
    this.#keptAt = this.#trainedMs();
    this.#keptMark = task.training.mark;
  }

  /** Best weights so far, while they are not stored. */
  get unstored(): UnstoredBest | undefined {
    return this.#unstored;
  }

  /** Keeps the latest state where a minute is over or somebody asked for it; called while the control rests (`RunControl.atRest`). */
  async keepWhereDue(): Promise<void> {
    const { control, training, everyMs } = this.#task;
    const isDue = this.#trainedMs() - this.#keptAt >= everyMs;
    // A pause and a hidden page may both ask for one although no step was taken in between.
    const isWanted = control.takeCheckpointWish() && training.mark !== this.#keptMark;
    if (isDue || isWanted) await this.#keepAll();
  }

  /** Keeps checkpoints at the end of an epoch. The best comes first: a death between the two loses an epoch's work, never the best weights. */
  async keepEpoch(): Promise<void> {
    const { newBest } = this.#task.log;
    if (newBest && newBest !== this.#unstored?.best) this.#unstored = await this.#snapshot(newBest);
    await this.#keepAll();
  }

  async #keepAll(): Promise<void> {
    const { training } = this.#task;
    this.#keptAt = this.#trainedMs();
    this.#keptMark = training.mark;
    // A checkpoint to resume from is larger than the best weights, and of no use to a run that is over.
    if ((await this.#storeBest()) && !training.isOver) await this.#keepLatest();
  }

  async #snapshot(best: Best): Promise<UnstoredBest> {
    const { runId, training } = this.#task;
    const state = await training.snapshotWeights();
    const { epochsDone: epoch, step, bestEntityF1: devEntityF1 } = training.position;
    const bytes = countBytes(writeCheckpoint(state));
    return {
      best,
      state,
      fields: { key: { runId, slot: 'best' }, epoch, step, devEntityF1, bytes, ...needOf(state) },
    };
  }

  /** Stores the best weights so far. @returns whether they are stored. */
  async #storeBest(): Promise<boolean> {
    const { database, log, onEvent } = this.#task;
    if (!this.#unstored) return true;
    const { epoch } = this.#unstored.best.epoch;
    try {
      await storeBest(database, this.#unstored, log.changesWithBest());
    } catch (error) {
      if (!isStorageTrouble(error)) throw error;
      onEvent({ kind: 'best-held', epoch, reason: reasonOf(error) });
      return false;
    }
    log.keepBest();
    this.#unstored = undefined;
    onEvent({ kind: 'best-stored', epoch });
    return true;
  }

  async #keepLatest(): Promise<void> {
    const { database, runId, training, log, onEvent } = this.#task;
    const { epochsDone: epoch, step, bestEntityF1: devEntityF1 } = training.position;
    const state = await training.snapshot();
    const parts = writeCheckpoint(state);
    const bytes = countBytes(parts);
    const fields: CheckpointFields = {
      ...{ key: { runId, slot: 'latest' }, epoch, step, devEntityF1, bytes },
      ...needOf(state),
    };
    try {
      await saveYielding(yieldingToLatest(database, runId), () =>
        saveCheckpoint(database, fields, parts, log.changes()),
      );
      onEvent({ kind: 'checkpoint', step, bytes });
    } catch (error) {
      if (!isStorageTrouble(error)) throw error;
      const { step: resumesAt = 0 } = (await findCheckpoint(database, runId, 'latest')) ?? {};
      onEvent({ kind: 'checkpoint-failed', step, reason: reasonOf(error), resumesAt });
    }
  }

  #trainedMs(): number {
    return performance.now() - this.#task.control.pausedMs;
  }
}

/** Says in a checkpoint's header where it is not whole without its encoder. */
function needOf(state: CheckpointState): Pick<CheckpointFields, 'needsEncoder'> {
  return needsEncoder(state) ? { needsEncoder: true } : {};
}
