import type { WorkerName, WorkerNews } from '../protocol/connect';
import type { Trouble } from './trouble';

const duties: Record<WorkerName, string> = {
  data: 'The worker that reads corpora',
  train: 'The worker that trains',
  infer: 'The worker that tags text',
};

/** Whether the page's workers are well, and what the person can do where one is not. */
export class WorkerHealth {
  #silent = $state.raw<ReadonlyMap<WorkerName, number>>(new Map());
  #ended = $state.raw<ReadonlyMap<WorkerName, string>>(new Map());
  /** The worst there is to say; undefined while every worker answers. */
  readonly trouble = $derived(this.#describe());

  /** Takes what a connection tells of its worker's end, silence and return; anything else is no matter of health. */
  hear(news: WorkerNews): void {
    const { worker } = news;
    if (news.kind === 'ended') this.#ended = new Map([...this.#ended, [worker, news.reason]]);
    if (news.kind === 'silent') this.#silent = new Map([...this.#silent, [worker, news.silentMs]]);
    if (news.kind === 'answers' || news.kind === 'ended')
      this.#silent = new Map([...this.#silent].filter(([name]) => name !== worker));
  }

  #describe(): Trouble | undefined {
    for (const [worker, reason] of this.#ended) {
      return {
        what: `${duties[worker]} is gone: ${reason}.`,
        next: `Reload the page to start it again. ${whatStays(worker)}`,
      };
    }
    for (const [worker, silentMs] of this.#silent) {
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
