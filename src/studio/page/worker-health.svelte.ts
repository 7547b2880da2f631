import { SvelteMap } from 'svelte/reactivity';
import type { WorkerName, WorkerNews } from '../../protocol/connect';
import type { Trouble } from '../parts/trouble';

const DUTIES: Record<WorkerName, string> = {
  data: 'The worker that reads corpora',
  train: 'The worker that trains',
  infer: 'The worker that tags text',
};

/** Health of the page's workers, and what the person can do when one does not answer. */
export class WorkerHealth {
  readonly #silentMs = new SvelteMap<WorkerName, number>();
  readonly #endedBecause = new SvelteMap<WorkerName, string>();
  readonly #restartedAfterMs = new SvelteMap<WorkerName, number>();
  /** Stage of the train worker's start; undefined before and after it. */
  startStage = $state<string | undefined>();
  /** The worst trouble of any worker; undefined while every worker answers. */
  readonly trouble = $derived(this.#describe());
  /** Sentences about workers that were started anew. */
  readonly mended = $derived(
    [...this.#restartedAfterMs].map(
      ([worker, silentMs]) =>
        `${DUTIES[worker]} was restarted: the first one did not answer for ${seconds(silentMs)} seconds.`,
    ),
  );

  /** Notes the news of a worker's end, silence, return and restart; other news are no matter of health. */
  hear(news: WorkerNews): void {
    const { worker } = news;
    if (news.kind === 'silent') this.#silentMs.set(worker, news.silentMs);
    if (news.kind === 'answers') this.#silentMs.delete(worker);
    if (news.kind === 'restarted') this.#restartedAfterMs.set(worker, news.silentMs);
    if (news.kind === 'ended') this.#endedBecause.set(worker, news.reason);
  }

  #describe(): Trouble | undefined {
    for (const [worker, reason] of this.#endedBecause) {
      return {
        what: `${DUTIES[worker]} is gone: ${reason}.`,
        next: `Reload the page to start it again. ${whatStays(worker)}`,
      };
    }
    for (const [worker, silentMs] of this.#silentMs) {
      const again = this.#restartedAfterMs.has(worker) ? ', although it was restarted' : '';
      const stage = worker === 'train' && this.startStage;
      const during = stage ? ` It is starting, at “${stage}”.` : '';
      return {
        what: `${DUTIES[worker]} does not answer and has been silent for ${seconds(silentMs)} seconds${again}.${during}`,
        next: `It may be busy with one long step: this note disappears when it answers. If it stays, reload the page${stage ? ', or open it with ?threads=1' : ''}. ${whatStays(worker)}`,
      };
    }
    return undefined;
  }
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}

function whatStays(worker: WorkerName): string {
  return worker === 'train'
    ? 'What is stored stays, and a run can be resumed from its last checkpoint.'
    : 'What is stored stays.';
}
