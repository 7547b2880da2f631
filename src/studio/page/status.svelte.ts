import { isPrivateWindow } from '../../browser/offered';
import { proxied } from '../../protocol/connect';
import type { BackendRequest, BackendReport, TrainCalls } from '../../protocol/train-calls';
import type { Database } from '../../storage/schema';
import { measureUsage, type StorageUsage } from '../../storage/usage';
import { formatBytes } from '../parts/quantities';
import { describeLacks } from './browser-lacks';
import { describeTrouble, type Trouble } from '../parts/trouble';
import { WorkerHealth } from './worker-health.svelte';

/** State of the status line: the backend and why it was chosen, what is stored here, the health of the workers. */
export class Status {
  backend = $state.raw<BackendReport | undefined>();
  usage = $state.raw<StorageUsage | undefined>();
  trouble = $state.raw<Trouble | undefined>();
  /** True if this is known to be a private window, which forgets everything when it is closed. */
  isPrivate = $state(false);
  /** Warning that a private window keeps nothing, until the person has dismissed it. */
  privacyNote = $state.raw<Trouble | undefined>();
  /** Note that dead checkpoints of an earlier build were deleted, until the person has dismissed it. */
  givenBack = $state.raw<Trouble | undefined>();
  readonly lacks = $derived(describeLacks(this.backend));
  readonly health = new WorkerHealth();
  readonly storedBytes = $derived(
    this.usage
      ? this.usage.corpora + this.usage.encoders + this.usage.runs + this.usage.models
      : undefined,
  );
  readonly #train: TrainCalls;
  readonly #database: Database;

  constructor(train: TrainCalls, database: Database) {
    this.#train = train;
    this.#database = database;
  }

  /** Starts the backend, and shows the stages of its start. */
  async startBackend(wish: BackendRequest): Promise<void> {
    const onStage = proxied((stage: string) => {
      if (!this.backend) this.health.startStage = stage;
    });
    try {
      this.backend = await this.#train.startBackend(wish, onStage);
    } catch (error) {
      this.fail(error);
    } finally {
      this.health.startStage = undefined;
    }
  }

  async refresh(): Promise<void> {
    try {
      this.usage = await measureUsage(this.#database);
    } catch (error) {
      this.fail(error, 'What is stored stays where it is.');
    }
  }

  /** Warns once if this is a private window; the page works on. */
  async lookForPrivacy(): Promise<void> {
    this.isPrivate = await isPrivateWindow();
    if (!this.isPrivate) return;
    this.privacyNote = {
      what: 'This is a private window: corpora, runs and models are deleted when it is closed.',
      next: 'Everything else works as usual. Download the models that you want to keep, or use an ordinary window.',
    };
  }

  /** Tells how much of what an earlier build had stored was given back. */
  tellGivenBack(bytes: number): void {
    if (bytes === 0) return;
    this.givenBack = {
      what: `${formatBytes(bytes)} of storage are free again: checkpoints that no run needs any more were deleted.`,
      next: 'An earlier build kept them with runs that had ended. Every best epoch stays.',
    };
  }

  fail(error: unknown, stays?: string): void {
    this.trouble = describeTrouble(error, stays);
  }
}
