import { expose } from 'comlink';
import { answerPulse, isPulseRequest } from './pulse';
import { sendWaysOut } from './thrown-errors';

/** Answers the calls of one page, in a worker. It stands apart from `connect.ts`, which names the workers: none may bundle the others. */
export function serve<Calls extends object>(calls: Calls): void {
  globalThis.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (!isPulseRequest(event.data)) return;
    event.stopImmediatePropagation(); // it is no call
    answerPulse(event.data);
  });
  sendWaysOut();
  expose(calls);
}
