import { proxied } from '../protocol/connect';
import type { BackendWish, BackendReport, TrainCalls } from '../protocol/train-calls';
import type { Database } from '../storage/schema';
import { measureUsage, type StorageUsage } from '../storage/usage';
import { describeTrouble, type Trouble } from './trouble';
import { WorkerHealth } from './worker-health.svelte';

/** The status line: which backend runs and why, what is stored here, whether the workers are well. */
export class Status {
  backend = $state.raw<BackendReport | undefined>();
  usage = $state.raw<StorageUsage | undefined>();
  trouble = $state.raw<Trouble | undefined>();
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

  /** Starts the backend, and shows what the start is at. */
  async describeBackend(wish: BackendWish): Promise<void> {
    const onStage = proxied((stage: string) => {
      if (!this.backend) this.health.startStage = stage;
    });
    try {
      this.backend = await this.#train.describeBackend(wish, onStage);
    } catch (error) {
      this.fail(error, 'Open the page without ?backend= to let it choose.');
    } finally {
      this.health.startStage = undefined;
    }
  }

  async refresh(): Promise<void> {
    try {
      this.usage = await measureUsage(this.#database);
    } catch (error) {
      this.fail(error, 'Reload the page; what is stored stays where it is.');
    }
  }

  fail(error: unknown, next: string): void {
    this.trouble = describeTrouble(error, next);
  }
}
