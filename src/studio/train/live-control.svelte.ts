import type { TrainCalls } from '../../protocol/train-calls';
import type { RunId } from '../../storage/records';
import { describeTrouble, type Trouble } from '../parts/trouble';
import type { LiveRun } from './live-run.svelte';

/** The run that trains in this tab, and the commands to it. */
export abstract class LiveControl {
  live = $state.raw<LiveRun | undefined>();
  liveId = $state<RunId | undefined>();
  stopping = $state(false);
  trouble = $state.raw<Trouble | undefined>();
  readonly busy = $derived(this.live !== undefined);
  protected readonly train: TrainCalls;

  constructor(train: TrainCalls) {
    this.train = train;
  }

  /** Keeps a checkpoint now: the page may be closed in the next moment. */
  async keepCheckpoint(): Promise<void> {
    if (!this.busy) return;
    try {
      await this.train.keepCheckpoint();
    } catch (error) {
      this.fail(error, 'The run can be continued from its last checkpoint.');
    }
  }

  async togglePause(): Promise<void> {
    const live = this.live;
    if (!live) return;
    const paused = !live.paused;
    try {
      await (paused ? this.train.pause() : this.train.resume());
      live.pause(paused);
    } catch (error) {
      this.fail(error, 'The last checkpoint of the run is kept.');
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    try {
      await this.train.stop();
    } catch (error) {
      this.stopping = false;
      this.fail(error, 'The run can be continued from its last checkpoint.');
    }
  }

  protected fail(error: unknown, stays?: string): void {
    this.trouble = describeTrouble(error, stays);
  }
}
