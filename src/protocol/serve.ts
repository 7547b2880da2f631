import { expose } from 'comlink';
import { answerPulse, isPulseRequest } from './pulse';

/** The worker's side of `connect.ts`, and apart from it, for a worker must not name the workers: answers the calls of one page. */
export function serve<Calls extends object>(calls: Calls): void {
  globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isPulseRequest(event.data)) return;
    event.stopImmediatePropagation(); // it is no call
    answerPulse(event.data);
  });
  expose(calls);
}
