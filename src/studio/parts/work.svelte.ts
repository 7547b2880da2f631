import { proxied } from '../../protocol/connect';
import type { Progress, ReportProgress } from '../../protocol/progress';
import { describeTrouble, wasStopped, type Trouble } from './trouble';

/** One piece of long work at a time: its name, its progress, its failure. */
export class Work {
  /** Name of the work that runs, as a noun phrase; empty while none runs. */
  title = $state('');
  progress = $state.raw<Progress | undefined>();
  trouble = $state.raw<Trouble | undefined>();
  stopping = $state(false);

  get busy(): boolean {
    return this.title !== '';
  }

  /**
   * Runs `action` and gives it a progress callback that may cross to a worker. A failure becomes `trouble`: the error owns the
   * way out, and `stays` says what is as it was, whatever failed. The result is then undefined, as it is when the person stopped the work.
   */
  async run<Result>(
    title: string,
    stays: string,
    action: (report: ReportProgress) => Promise<Result>,
  ): Promise<Result | undefined> {
    if (this.busy) {
      this.trouble = {
        what: `“${title}” cannot begin while “${this.title}” is running.`,
        next: 'Wait until that is done, or stop it. Then try again.',
      };
      return undefined;
    }
    this.title = title;
    this.trouble = undefined;
    this.progress = undefined;
    const report = proxied((progress: Progress) => {
      if (this.title === title) this.progress = progress;
    });
    try {
      return await action(report);
    } catch (error) {
      if (!wasStopped(error)) this.trouble = describeTrouble(error, stays);
      return undefined;
    } finally {
      this.title = '';
      this.progress = undefined;
      this.stopping = false;
    }
  }

  /** Marks the work as stopping while `stop` asks the worker. */
  async halt(stop: () => Promise<void>): Promise<void> {
    this.stopping = true;
    try {
      await stop();
    } catch (error) {
      this.trouble = describeTrouble(error);
    }
  }

  fail(error: unknown, stays?: string): void {
    this.trouble = describeTrouble(error, stays);
  }

  dismiss(): void {
    this.trouble = undefined;
  }
}
