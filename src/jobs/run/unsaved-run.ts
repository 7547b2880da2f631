import type { RunRecord } from '../../storage/records';
import type { UnstoredBest } from './store-best';

/** A run whose training has ended while its best weights could not be stored: all that is needed to store them later. */
export interface UnsavedRun {
  unstored: UnstoredBest;
  /** Changes to its record once they are stored. */
  changes: Partial<RunRecord>;
  /** Whether it may go on from its latest checkpoint then, as a failed run may. */
  mayGoOn: boolean;
}
