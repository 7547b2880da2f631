import type { RunEvent } from '../../protocol/train-calls';
import type { RunId } from '../../storage/records';
import type { Database } from '../../storage/schema';
import type { RunControl } from '../../train/run-control';
import type { TrainingDevice } from '../device/training-device';
import type { UnsavedRun } from './unsaved-run';

/** The storage, the device and the control that every job on a run works with. */
export interface RunContext {
  database: Database;
  device: TrainingDevice;
  /** Control by which the person pauses and stops the job. */
  control: RunControl;
}

/** The context of a job that trains. */
export interface TrainContext extends RunContext {
  /** Listener that hears everything the run does. */
  onEvent: (event: RunEvent) => void;
  /** Gives the sentences to tag after each evaluation; where it is absent, there are none. */
  pinned?: () => readonly string[];
  /** Milliseconds of training between two checkpoints inside an epoch; a minute by default. */
  checkpointEveryMs?: number;
  /** Most word pieces of a micro-batch; by default what suits the encoder and the backend (`planMemory`). */
  microBatchPieces?: number;
  /** True where the person lets a run train although there is no room for its checkpoint. */
  withoutRoom?: boolean;
  /** Whether this is a run that has begun and goes on after a GPU failed: it holds its room already, or trains without. */
  hasBegun?: boolean;
  /** Runs whose best weights are held in this worker's memory because they could not be stored. */
  unsaved?: Map<RunId, UnsavedRun>;
}
