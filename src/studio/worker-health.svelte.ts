import { SvelteMap } from 'svelte/reactivity';
import type { WorkerName, WorkerNews } from '../protocol/connect';
import type { Trouble } from './trouble';

const duties: Record<WorkerName, string> = {
  data: 'The worker that reads corpora',
  train: 'The worker that trains',
  infer: 'The worker that tags text',
};

/** Whether the page's workers are well, and what the person can do where one is not. */
export class WorkerHealth {
  readonly #silentMs = new SvelteMap<WorkerName, number>();
  readonly #endedBecause = new SvelteMap<WorkerName, string>();
  /** The worst there is to say; undefined while every worker answers. */
  readonly trouble = $derived(this.#describe());

  /** Takes what a connection tells of its worker's end, silence and return; anything else is no matter of health. */
  hear(news: WorkerNews): void {
    const { worker } = news;
    if (news.kind === 'silent') this.#silentMs.set(worker, news.silentMs);
    if (news.kind === 'answers') this.#silentMs.delete(worker);
    if (news.kind === 'ended') this.#endedBecause.set(worker, news.reason);
  }

  #describe(): Trouble | undefined {
    for (const [worker, reason] of this.#endedBecause) {
      return {
        what: `${duties[worker]} is gone: ${reason}.`,
        next: `Reload the page to start it again. ${whatStays(worker)}`,
      };
    }
    for (const [worker, silentMs] of this.#silentMs) {
      return {
        what: `${duties[worker]} does not answer, and has not for ${Math.round(silentMs / 1000)} seconds.`,
        next: `It may be in one long step: this note goes away when it answers. If it stays, reload the page. ${whatStays(worker)}`,
      };
    }
    return undefined;
  }
}

function whatStays(worker: WorkerName): string {
  return worker === 'train'
    ? 'What is stored stays, and a run can go on from its last checkpoint.'
    : 'What is stored stays.';
}
